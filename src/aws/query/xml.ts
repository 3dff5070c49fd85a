/**
 * An element of the Query protocol: its text, its children by name, or a list when all children are called
 * `member`.
 */
export type Node = string | Node[] | { [name: string]: Node };

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decode = (text: string) =>
  text.includes('&')
    ? text.replace(
        /&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|([a-z]{2,4}));/g,
        (whole, hex, decimal, name: string) =>
          hex || decimal
            ? String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10))
            : (entities[name] ?? whole),
      )
    : text;

/**
 * Parses an answer of the Query protocol and answers the root element. Elements hold either text or elements;
 * attributes and white space between elements mean nothing. Throws for anything else, and for a truncated
 * answer.
 */
export function parse(xml: string): Node {
  let at = xml.indexOf('<', xml.startsWith('<?') ? 1 : 0);

  const closes = (name: string, i: number) =>
    xml.charCodeAt(i + 1) === 0x2f &&
    xml.startsWith(name, i + 2) &&
    xml.charCodeAt(i + 2 + name.length) === 0x3e;

  /** Parses the element that begins at `at`, and moves `at` behind its end. */
  function element(): [name: string, node: Node] {
    const end = xml.indexOf('>', at);
    const kind = xml.charCodeAt(at + 1);
    // AWS sends neither comments nor CDATA.
    if (at < 0 || end < 0 || kind === 0x21 || kind === 0x3f || kind === 0x2f)
      throw new Error('the answer is not XML of the Query protocol');
    const isEmpty = xml.charCodeAt(end - 1) === 0x2f;
    const inner = xml.slice(at + 1, isEmpty ? end - 1 : end);
    // Few elements have attributes, and looking for white space in each takes as long as all the rest.
    const name = inner.includes('=') ? inner.slice(0, inner.search(/\s/)) : inner.trimEnd();
    at = end + 1;
    if (isEmpty) return [name, ''];
    let next = xml.indexOf('<', at);
    if (closes(name, next)) {
      const text = decode(xml.slice(at, next));
      at = next + name.length + '</>'.length;
      return [name, text];
    }
    const members: Node[] = [];
    const others: { [name: string]: Node } = Object.create(null);
    for (;;) {
      if (next < 0) throw new Error('the answer breaks off');
      at = next;
      if (closes(name, at)) break;
      const [childName, child] = element();
      if (childName === 'member') members.push(child);
      else others[childName] = child;
      next = xml.indexOf('<', at);
    }
    at += name.length + '</>'.length;
    return [name, members.length > 0 ? members : others];
  }

  return element()[1];
}

/** The child of that name; '' when there is none. */
export const child = (node: Node | undefined, name: string): Node =>
  typeof node === 'object' && !Array.isArray(node) ? (node[name] ?? '') : '';

/** The text of the child; undefined when there is no such child, as in the SDK. */
export function textOf(node: Node | undefined, name: string): string | undefined {
  const found = typeof node === 'object' && !Array.isArray(node) ? node[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** The members of the child; none when it is empty or missing. */
export function membersOf(node: Node | undefined, name: string): Node[] {
  const found = child(node, name);
  return Array.isArray(found) ? found : [];
}
