import { readFileSync } from 'node:fs';
import t from 'tap';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { begin } from '#test/cli/client/run.ts';
import { startSandbox } from '#test/support/sandbox.ts';

// The README's tour and its command line, as printed: every command, one after the other, against a sandbox that has just been started.

const readme = readFileSync('README.md', 'utf8');
const tour = readme.slice(readme.indexOf('## A tour'), readme.indexOf('## The API'));
const blocks = [...tour.matchAll(/```(sh|answer|console)\n([\s\S]*?)```/g)].map(([, kind, text]) => ({ kind, text: text as string }));

/** Without what is new each time: IDs, times, and the order in which accounts answer. */
const comparable = (lines: string[]) =>
  lines.map((line) => line.replace(/[\da-f]{8}-[\da-f-]{27}/g, 'ID').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')).sort();

t.test('the tour works as printed', async (t) => {
  const { url, aws, issuer, token } = await startSandbox(t);
  t.ok(blocks.filter(({ kind }) => kind === 'sh').length >= 8, 'there are commands to run');
  let [output, variables] = ['', ''];
  for (const { kind, text } of blocks) {
    if (kind === 'sh') {
      const command = text.replaceAll('http://127.0.0.1:8080', url).replaceAll('http://127.0.0.1:8082', issuer);
      // Each runs in a shell of its own; what the reader's one shell keeps are its variables.
      if (/^(export )?\w+=/.test(command)) variables += command;
      ({ stdout: output } = await runBound('bash', ['-c', variables + command]));
    } else if (kind === 'console') {
      const [command = '', ...lines] = text.trimEnd().split('\n');
      const args = command.replace(/^\$ npx rolewright /, '').split(' ');
      const { out, err } = await begin(t, args, { ROLEWRIGHT_URL: url, ROLEWRIGHT_TOKEN: token('administrator') }).ended;
      t.same(comparable(`${out}${err}`.trimEnd().split('\n')), comparable(lines), command);
    } else
      for (const fragment of text.trim().split('\n'))
        t.ok(output.includes(fragment), fragment, output.includes(fragment) ? {} : { output });
  }

  const { items } = (await (
    await fetch(`${url}/v1/changes?limit=100`, { headers: { authorization: `Bearer ${token('administrator')}` } })
  ).json()) as {
    items: { steps: { action: string; awsRequestId: string }[] }[];
  };
  const ours = items.flatMap(({ steps }) => steps.map(({ action, awsRequestId }) => `${action} ${awsRequestId}`));
  const entries = (await (await fetch(`${aws}/_sandbox/ledger`)).json()) as { action: string; requestId: string }[];
  t.same(
    ours.sort(),
    entries.map(({ action, requestId }) => `${action} ${requestId}`).sort(),
    'AWS took the writes that the history names, and no others',
  );
  t.ok(ours.length >= 2);
});
