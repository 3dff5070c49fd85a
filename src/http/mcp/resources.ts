import { explanations, kindOf } from './explanations.ts';

/** Every finding and error, in a line each; below it one page for each code. */
const indexUri = 'rolewright://findings';
const mimeType = 'text/markdown';

export const resources = [
  {
    uri: indexUri,
    name: 'findings',
    title: 'Findings and errors',
    description: 'Every code with its severity or its HTTP status, and its cause',
    mimeType,
  },
];

export const resourceTemplates = [
  {
    uriTemplate: `${indexUri}/{code}`,
    name: 'finding',
    title: 'A finding or an error',
    description: 'Cause, example and remedy of one code',
    mimeType,
  },
];

/** The text of a resource. Null: there is no such resource. */
export function readResource(uri: string): { uri: string; mimeType: string; text: string } | null {
  if (uri === indexUri) {
    const lines = [...explanations.values()].map((one) => `- \`${one.code}\` (${kindOf(one)}): ${one.cause}`);
    return { uri, mimeType, text: `# Findings and errors\n\n${lines.join('\n')}\n` };
  }
  const found = uri.startsWith(`${indexUri}/`) ? explanations.get(uri.slice(indexUri.length + 1)) : undefined;
  if (!found) return null;
  const { code, cause, example, remedy } = found;
  const text = `# ${code}\n\n${kindOf(found)}. ${cause}\n\nExample: ${example}\n\nRemedy: ${remedy}\n`;
  return { uri, mimeType, text };
}
