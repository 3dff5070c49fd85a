import { readFileSync, statSync } from 'node:fs';
import { secretSettings } from './settings.ts';

/** Larger than any secret, so that a wrong path such as that of a log is not read into memory. */
const mostBytes = 64 * 1024;

/** `DATABASE_URL_FILE` gives `DATABASE_URL`. */
export const fileSettingOf = (name: string): string => `${name}_FILE`;

/** What the files of secrets hold, and what is wrong with them. */
export interface SecretFiles {
  values: Record<string, string>;
  /** By setting. Each names the setting and the remedy, and shows neither a path nor a content. */
  faults: Map<string, string>;
}

/**
 * Reads the file of each secret setting of these names whose `…_FILE` is set. Line breaks at the end of a file
 * are not part of its secret.
 */
export function readSecretFiles(
  env: Record<string, string | undefined>,
  names: readonly string[],
): SecretFiles {
  const values: Record<string, string> = {};
  const faults = new Map<string, string>();
  for (const name of names.filter((one) => secretSettings.has(one))) {
    const path = env[fileSettingOf(name)];
    if (!path) continue;
    try {
      if (env[name]) throw new Unusable(`is given together with ${name}. Leave one of them out`);
      values[name] = readSecret(path);
    } catch (error) {
      faults.set(name, `${fileSettingOf(name)} ${reasonOf(error)}.`);
    }
  }
  return { values, faults };
}

class Unusable extends Error {}

function readSecret(path: string): string {
  const found = statSync(path);
  // Others, such as a pipe, could block the start.
  if (!found.isFile()) throw new Unusable('must be the path of a file, and it leads to something else');
  if (found.size > mostBytes)
    throw new Unusable('leads to a file of more than 64 KB, which is no secret of ours. Correct the path');
  const secret = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  if (secret === '') throw new Unusable('leads to an empty file. Write the secret into it');
  return secret;
}

/** The message of Node has the path, and somebody may have set the secret in its place. */
function reasonOf(error: unknown): string {
  if (error instanceof Unusable) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  const remedy =
    code === 'EACCES'
      ? 'Let the user of this process read it'
      : 'It must be the path of a file with the secret, not the secret';
  return `leads to a file that cannot be read (${code}). ${remedy}`;
}
