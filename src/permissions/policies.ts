import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkParsePolicySet, type DetailedError, validate } from '@cedar-policy/cedar-wasm/nodejs';

/** The policies that come with the service. */
export const defaultFile = join(import.meta.dirname, 'default.cedar');

/** The Cedar schema: what policies may name. */
export const schemaText = readFileSync(join(import.meta.dirname, 'rolewright.cedarschema'), 'utf8');

/** Lists every fault of a policy file, one a line, in the order of the file. */
export class PolicyError extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** Reads a policy file and validates it. Throws a PolicyError, whose faults begin with FILE:LINE:COLUMN. */
export function readPolicies(path: string): string {
  const text = textOf(path);
  const startOf = ({ sourceLocations }: DetailedError) => sourceLocations?.[0]?.start ?? 0;
  // Cedar's own order varies.
  const found = validateInput(text).sort(
    (a, b) => startOf(a) - startOf(b) || (a.message < b.message ? -1 : 1),
  );
  const faults = found.map(({ message, help, sourceLocations = [] }) => {
    const [place] = sourceLocations;
    // Cedar numbers policies without a name. The place is clearer.
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

/** Finds errors and warnings. A warning is a fault as well: a policy that can never apply is a mistake. */
function validateInput(text: string): DetailedError[] {
  const policies = { staticPolicies: text };
  const parsed = checkParsePolicySet(policies);
  if (parsed.type === 'failure') return parsed.errors;
  const validated = validate({ schema: schemaText, policies });
  if (validated.type === 'failure') return validated.errors;
  const errors = validated.validationErrors.map(({ error }) => error);
  const warnings = validated.validationWarnings.map(({ error }) => error);
  if (errors.length > 0) return errors;
  if (!/\bpermit\b/.test(text.replace(/\/\/.*/g, ''))) return [...warnings, nothingPermitted];
  return [...warnings, ...validated.otherWarnings];
}

const nothingPermitted: DetailedError = {
  message: 'no policy permits anything: every request would be denied',
  help: null,
  code: null,
  url: null,
  severity: null,
};

/** Converts an offset in bytes to LINE:COLUMN, from 1. */
function placeIn(text: string, offset: number): string {
  const lines = Buffer.from(text).subarray(0, offset).toString().split('\n');
  return `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
}
