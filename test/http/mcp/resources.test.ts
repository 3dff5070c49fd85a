import { readFileSync } from 'node:fs';
import t from 'tap';
import { faults } from '#src/fault.ts';
import { explanations } from '#src/http/mcp/explanations.ts';
import { readinessSeverities } from '#src/schema/readiness.ts';
import { findingSeverities } from '#src/schema/report.ts';
import { callTool, connectAssistant } from '#test/support/mcp.ts';
import { startService } from '#test/support/service.ts';

const page = readFileSync('docs/findings.md', 'utf8').replace(/\s+/g, ' ');
const severities: Record<string, string> = { ...findingSeverities, ...readinessSeverities };
const codes = [...new Set([...Object.keys(severities), ...Object.keys(faults)])].sort();

t.test('every finding and error is explained in the words of docs/findings.md', async (t) => {
  const client = await connectAssistant(t, await startService(t));
  t.same([...explanations.keys()].sort(), codes);
  t.match(await client.listResources(), { resources: [{ uri: 'rolewright://findings' }] });
  t.match(await client.listResourceTemplates(), {
    resourceTemplates: [{ uriTemplate: 'rolewright://findings/{code}' }],
  });
  const textOf = async (uri: string) => {
    const [first] = (await client.readResource({ uri })).contents;
    return first && 'text' in first ? first.text : '';
  };
  const index = await textOf('rolewright://findings');
  for (const code of codes) {
    t.match(index, `\`${code}\` (`, code);
    const text = await textOf(`rolewright://findings/${code}`);
    const status = code in faults ? String(faults[code as keyof typeof faults].status) : '';
    t.ok(text.includes(severities[code] ?? status), `${code} has its severity or status`);
    const { data } = await callTool(client, 'explain_finding', { code });
    for (const word of ['cause', 'example', 'remedy']) {
      t.ok(page.includes(data[word]), `${code}: the page has its ${word}`);
      t.ok(text.includes(data[word]), `${code}: the resource has its ${word}`);
    }
  }
});

t.test('a resource that is not there', async (t) => {
  const client = await connectAssistant(t, await startService(t));
  for (const uri of [
    'rolewright://findings/NOPE',
    'rolewright://findings/',
    'file:///etc/passwd',
    'rolewright://findings/constructor',
  ])
    await t.rejects(client.readResource({ uri }), { code: -32002, message: /no resource/ }, uri);
});
