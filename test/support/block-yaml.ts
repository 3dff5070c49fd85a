// Parses only the YAML that src/domain/patch/yaml.ts writes: block maps and lists, quoted texts, `|-`
// literals. It gives the same result as a real parser, and refuses everything else.

interface Line {
  indent: number;
  text: string;
}

export function parseBlockYaml(text: string): unknown[] {
  return text.split(/^---\n/m).map((document) => {
    const lines = document
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => ({ indent: line.search(/\S/), text: line.trimStart() }));
    const value = nodeOf(lines, 0);
    if (lines.length > 0) throw new Error(`left over: ${lines[0]?.text}`);
    return value;
  });
}

function nodeOf(lines: Line[], indent: number): unknown {
  const isList = lines[0]?.text.startsWith('- ');
  const list: unknown[] = [];
  const map: Record<string, unknown> = {};
  while (lines[0] && lines[0].indent === indent) {
    const line = lines.shift() as Line;
    if (isList) {
      if (!line.text.startsWith('- ')) throw new Error(`no item: ${line.text}`);
      const rest = line.text.slice(2);
      const isNested = /^(- |[A-Za-z]+:|"(?:[^"\\]|\\.)*":)/.test(rest);
      if (isNested) lines.unshift({ indent: indent + 2, text: rest });
      list.push(isNested ? nodeOf(lines, indent + 2) : scalarOf(rest, lines, indent));
    } else {
      const [, key = '', , rest = ''] = /^([A-Za-z]+|"((?:[^"\\]|\\.)*)"):(?: (.*))?$/.exec(line.text) ?? [];
      if (key === '' || /^(y|n|yes|no|on|off|true|false|null)$/i.test(key))
        throw new Error(`no key: ${line.text}`);
      map[key.startsWith('"') ? JSON.parse(key) : key] =
        rest === '' ? nodeOf(lines, indent + 2) : scalarOf(rest, lines, indent);
    }
  }
  if (lines[0] && lines[0].indent > indent) throw new Error(`strange indent: ${lines[0].text}`);
  return isList ? list : map;
}

function scalarOf(text: string, lines: Line[], indent: number): unknown {
  if (text !== '|-') return JSON.parse(text);
  const literal: string[] = [];
  while (lines[0] && lines[0].indent > indent) {
    const line = lines.shift() as Line;
    literal.push(' '.repeat(line.indent - indent - 2) + line.text);
  }
  return literal.join('\n');
}
