import type { JsonObject } from '../../schema/primitives.ts';
import { canonical, isObject, oneOrMany, pointerTo } from './document.ts';
import { type Node, structureOf } from './stored-text.ts';

// JSON.parse keeps the last value of a repeated key. It is unconfirmed which values IAM keeps.

/** Pointers to repeated keys with different values. Readers disagree about which value counts. */
export function findConflicts(text: string): string[] {
  const found: string[] = [];
  const meaning = ({ from, to }: Node) => canonical(JSON.parse(text.slice(from, to)));
  const look = (node: Node, pointer: string): void => {
    if (!node.hasRepeats) return;
    for (const [i, item] of node.items?.entries() ?? []) look(item, pointer + pointerTo(i));
    for (const [name, { node: last, hidden }] of node.members ?? []) {
      const at = pointer + pointerTo(name);
      look(last, at);
      if (hidden.some((one) => meaning(one) !== meaning(last))) found.push(at);
    }
  };
  look(structureOf(text), '');
  return found;
}

/**
 * The policy with all its statements and conditions, if `Statement` or a key within `Condition` repeats.
 * Lists of values are joined. Any other key keeps its last value. `text` is known to be a JSON object.
 */
export function joinRepeats(text: string): JsonObject {
  const parse = ({ from, to }: Node): unknown => JSON.parse(text.slice(from, to));
  const joined = (node: Node): unknown =>
    node.members && node.hasRepeats
      ? Object.fromEntries(
          [...node.members].map(([name, { node: last, hidden }]) => [
            name,
            join([...hidden, last].map(joined)),
          ]),
        )
      : parse(node);
  const read = (statement: Node): unknown => {
    const content = parse(statement);
    const condition = statement.members?.get('Condition');
    return isObject(content) && condition && statement.hasRepeats
      ? { ...content, Condition: join([...condition.hidden, condition.node].map(joined)) }
      : content;
  };
  const root = structureOf(text);
  const statements = root.members?.get('Statement');
  const every = statements ? [...statements.hidden, statements.node] : [];
  return {
    ...(parse(root) as JsonObject),
    Statement: every.flatMap((node) => node.items ?? [node]).map(read),
  };
}

function join(values: unknown[]): unknown {
  if (values.length === 1) return values[0];
  if (!values.every(isObject)) return values.flatMap(oneOrMany);
  const members = Map.groupBy(values.flatMap(Object.entries<unknown>), ([name]) => name);
  return Object.fromEntries([...members].map(([name, same]) => [name, join(same.map(([, value]) => value))]));
}
