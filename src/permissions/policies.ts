import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkParsePolicySet, type DetailedError, validate } from '@cedar-policy/cedar-wasm/nodejs';

/** The file of policies that is shipped. */
export const defaultFile = join(import.meta.dirname, 'default.cedar');

/** What policies may speak of. */
export const schemaText = readFileSync(join(import.meta.dirname, 'rolewright.cedarschema'), 'utf8');

/** What is wrong with a file of policies: every fault, a line each, in the order of the file. */
export class PolicyError extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** The text of a file of policies that are sound. Throws a PolicyError, whose faults begin with FILE:LINE:COLUMN. */
export function readPolicies(path: string): string {
  const text = textOf(path);
  const startOf = ({ sourceLocations }: DetailedError) => sourceLocations?.[0]?.start ?? 0;
  // Cedar's own order is another each time.
  const found = validateInput(text).sort((a, b) => startOf(a) - startOf(b) || (a.message < b.message ? -1 : 1));
  const faults = found.map(({ message, help, sourceLocations = [] }) => {
    const [place] = sourceLocations;
    // Cedar counts policies for those without a name; the place says it better.
    const what = message.replace(/^for policy `[^`]*`, /, '');
    const hint = [place?.label, help].filter(Boolean).map((text) => ` (${text})`);
    return `${path}${place ? `:${placeIn(text, place.start)}` : ''}: ${what}${hint.join('')}`;
  });
  if (faults.length > 0) throw new PolicyError([...new Set(faults)]);
  return text;
}

function textOf(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw new PolicyError([
      `${path}: ${code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'not UTF-8 text' : `the file cannot be read (${code})`}`,
    ]);
  }
}

/** A warning is a fault as well: a policy that can never apply is not what its author meant. */
function validateInput(text: string): DetailedError[] {
  const policies = { staticPolicies: text };
  const parsed = checkParsePolicySet(policies);
  if (parsed.type === 'failure') return parsed.errors;
  const judged = validate({ schema: schemaText, policies });
  if (judged.type === 'failure') return judged.errors;
  const errors = judged.validationErrors.map(({ error }) => error);
  const warnings = judged.validationWarnings.map(({ error }) => error);
  if (errors.length > 0) return errors;
  if (!/\bpermit\b/.test(text.replace(/\/\/.*/g, ''))) return [...warnings, nothingPermitted];
  return [...warnings, ...judged.otherWarnings];
}

const nothingPermitted: DetailedError = {
  message: 'no policy permits anything: every request would be denied',
  help: null,
  code: null,
  url: null,
  severity: null,
};

/** LINE:COLUMN, from 1, of an offset in bytes. */
function placeIn(text: string, offset: number): string {
  const lines = Buffer.from(text).subarray(0, offset).toString().split('\n');
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
