import { readFileSync } from 'node:fs';
import t from 'tap';
import { faults } from '#src/fault.ts';
import { problemOf } from '#src/problem.ts';
import { readinessSeverities } from '#src/schema/readiness.ts';
import { findingSeverities } from '#src/schema/report.ts';

const entries = new Map(
  readFileSync('docs/findings.md', 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((entry) => [entry.split('\n')[0] ?? '', entry.split(/^## /m)[0] ?? '']),
);
const severities = { ...findingSeverities, ...readinessSeverities };
const codes = new Set([...Object.keys(severities), ...Object.keys(faults)]);

t.test('docs/findings.md has an entry for each code, and no other', async (t) => {
  t.same([...entries.keys()].sort(), [...codes].sort());
  for (const [code, entry] of entries)
    t.match(entry.replaceAll('\n', ' '), /\. Example: .+ Remedy: .+\.\s*$/, code);
});

t.test('an entry has the severity of its finding, or the status of its error', async (t) => {
  for (const [code, severity] of Object.entries(severities))
    t.match(entries.get(code), `\n${severity}. `, code);
  for (const [code, { status }] of Object.entries(faults))
    t.match(entries.get(code), code in severities ? `(${status})` : `\n${status}. `, code);
});

t.test('the type of a problem ends with the code of its entry', async (t) => {
  const { type } = problemOf(new Error('x'), '/', '1');
  t.ok(entries.has(type.split(':').at(-1) ?? ''), type);
});
