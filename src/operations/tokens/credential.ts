import { Fault } from '../../fault.ts';
import type { Actor } from '../../schema/change.ts';
import { tokenOf } from '../../schema/token.ts';
import type { Deps } from '../call/deps.ts';

/**
 * Requires that a service token is still valid, before work goes on in its name after its request. The groups
 * and the scope of a token cannot change. An access token cannot be looked up again, so work in its bearer's
 * name goes on. `did` and `remedy` complete the message. Faults: FORBIDDEN where the token is unknown,
 * revoked or expired; UNAVAILABLE.
 */
export async function requireValidCredential(
  { serviceTokens, now }: Pick<Deps, 'serviceTokens' | 'now'>,
  actor: Actor,
  { did, remedy }: { did: string; remedy: string },
): Promise<void> {
  const name = tokenOf(actor);
  if (name === null) return;
  const token = await serviceTokens.findByName(name);
  const end =
    token === null
      ? 'is unknown'
      : token.revokedAt !== null
        ? 'is revoked'
        : token.expiresAt <= now()
          ? 'has expired'
          : null;
  if (end !== null)
    throw new Fault('FORBIDDEN', `The service token ${name}, which ${did}, ${end}. ${remedy}`);
}
