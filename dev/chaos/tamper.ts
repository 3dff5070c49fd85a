import { createSigningKey, parseSigningKey, type TrustedKeys } from '#src/audit/checkpoint.ts';
import { verifyLog } from '#src/audit/verify-log.ts';
import { bodiesOf, chained, dice, seeded, signedAt } from './log.ts';
import { type Original, tamperings } from './tampering.ts';

export interface TamperFigures {
  tried: number;
  /** Falsifications that were not detected. Any means that verification is broken. */
  missed: string[];
  /** How often each fault was reported. */
  told: Record<string, number>;
}

/** A log of some hundred entries, with checkpoints and the key that signs them. */
export function originalLog(seed: number, size: number): Original & { keys: TrustedKeys } {
  const key = parseSigningKey(createSigningKey().privateKey);
  const entries = chained(bodiesOf(size, dice(seeded(seed))));
  const seqs = [1, 7, 255, 256, 257, 400, 512].filter((seq) => seq < size - 10);
  return {
    entries,
    checkpoints: signedAt(entries, [...seqs, size - 10], key),
    key,
    keys: new Map([[key.keyId, key.publicKey]]),
  };
}

/** Falsifies a log in memory `count` times, each time in another way, and verifies it. */
export async function tamper({
  seed,
  count,
  size = 600,
}: {
  seed: number;
  count: number;
  size?: number;
}): Promise<TamperFigures> {
  const original = originalLog(seed, size);
  const rolled = dice(seeded(seed + 1));
  const figures: TamperFigures = { tried: 0, missed: [], told: {} };
  const names = Object.keys(tamperings);
  const sound = await verifyLog([original.entries], original);
  if (!sound.ok) throw new Error(`the log has a fault before it is falsified: ${sound.firstFault?.detail}`);
  for (; figures.tried < count; figures.tried += 1) {
    const name = names[figures.tried % names.length] as string;
    const { entries, checkpoints } = tamperings[name]?.(original, rolled) ?? original;
    const { firstFault } = await verifyLog([entries], { checkpoints, keys: original.keys });
    if (firstFault === null) figures.missed.push(name);
    else figures.told[firstFault.code] = (figures.told[firstFault.code] ?? 0) + 1;
  }
  return figures;
}
