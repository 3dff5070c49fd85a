import { isDeepStrictEqual } from 'node:util';
import type { FastifyRequest } from 'fastify';
import type { TObject } from 'typebox';
import { Fault, type FieldError, faults } from '../../fault.ts';
import { escapePointer, invalidInput, validateInput } from '../../operations/call/input.ts';
import type { Operation } from '../../operations/call/operation.ts';
import { Cluster } from '../../schema/primitives.ts';
import { type InputRoute, placesOf } from './parameter-locations.ts';

type Members = Record<string, unknown>;

export interface Representation {
  /** The members of the body that can be written. */
  body: Members;
  /** The other members of GET's answer, to be compared with what GET answers now. */
  readOnly: [pointer: string, value: unknown, currentIn: (current: Members) => unknown][];
}

/**
 * Splits the body of a PUT, which may be the answer of its GET, into what can be written and what cannot:
 * members that are not fields of the PUT, null for missing values, AWS's own tags, and lines that name no
 * cluster, such as `prod-*`.
 */
export function splitRepresentation(
  route: InputRoute & { read: Operation },
  { body, params }: FastifyRequest,
): Representation | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const places = placesOf(route);
  const shown = (route.read.output as TObject).properties;
  const split: Representation = { body: {}, readOnly: [] };
  for (const [name, value] of Object.entries(body as Members)) {
    const isShown = Object.hasOwn(shown, name);
    const isField = places[name] === 'body';
    if (!isShown || (isField && value !== null)) split.body[name] = value;
    // The same ID as in the path needs no check.
    else if ((params as Members)[name] !== value)
      split.readOnly.push([`/${name}`, value, (current) => current[name]]);
  }
  const parts: Representation = { body: { ...split.body }, readOnly: [...split.readOnly] };
  if (places.clusters === 'body') splitClusters(parts);
  if (places.tags === 'body') splitTags(parts);
  if (parts.readOnly.length === split.readOnly.length) return split;
  // A body that is wrong elsewhere is passed on whole: the operation then reports every fault at once, and the
  // pointers into `clusters` count the lines that were sent.
  const rest = { ...(params as Members), ...parts.body };
  return validateInput(route.shape ?? route.operation.input, rest).length > 0 ? split : parts;
}

function splitClusters({ body, readOnly }: Representation): void {
  if (!Array.isArray(body.clusters)) return;
  const isListed = (one: unknown) =>
    typeof one === 'object' &&
    one !== null &&
    Object.values(one).some((text) => /[*?]/.test(String(text))) &&
    validateInput(Cluster, one).length > 0;
  const kept = body.clusters.filter((one) => !isListed(one));
  // The operation refuses a body that has nothing else.
  if (kept.length === 0) return;
  for (const [i, one] of body.clusters.entries())
    if (isListed(one))
      readOnly.push([
        `/clusters/${i}`,
        one,
        ({ clusters }) => (clusters as unknown[] | undefined)?.find((other) => isDeepStrictEqual(other, one)),
      ]);
  body.clusters = kept;
}

function splitTags({ body, readOnly }: Representation): void {
  if (typeof body.tags !== 'object' || body.tags === null || Array.isArray(body.tags)) return;
  const tags = Object.entries(body.tags);
  const isAwsOwn = (key: string) => /^aws:/i.test(key);
  for (const [key, value] of tags)
    if (isAwsOwn(key))
      readOnly.push([`/tags/${escapePointer(key)}`, value, (current) => (current.tags as Members)?.[key]]);
  body.tags = Object.fromEntries(tags.filter(([key]) => !isAwsOwn(key)));
}

/** Refuses a read-only member that differs from what GET answers now. Fault: INVALID_INPUT. */
export async function requireUnchanged(
  { readOnly }: Representation,
  read: () => Promise<unknown>,
): Promise<void> {
  if (readOnly.length === 0) return;
  const current = await read().catch((error: unknown) => {
    if (error instanceof Fault && faults[error.code].status === 404) return null;
    throw error;
  });
  const members = current === null ? {} : (JSON.parse(JSON.stringify(current)) as Members);
  const errors = readOnly.flatMap(([pointer, value, currentIn]): FieldError[] =>
    isDeepStrictEqual(value, currentIn(members)) && current !== null ? [] : [{ pointer, message }],
  );
  if (errors.length > 0) throw invalidInput(errors);
}

const message = 'is read-only and differs from what GET answers now. Leave it out';
