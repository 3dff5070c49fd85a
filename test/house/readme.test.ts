import { readFileSync } from 'node:fs';
import t from 'tap';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { begin } from '#test/clients/cli/run.ts';
import { startSandbox } from '#test/support/sandbox.ts';

// Every command that these pages print, in this order, against one sandbox that has just been started: a
// reader finds what they promise. A block `sh` runs, a block `answer` holds fragments of what the `sh` before
// it printed, and a block `console` is a command of `npx rolewright` with all of its output.

const pages = [
  'README.md',
  'docs/tutorial.md',
  'docs/command-line.md',
  'docs/portal.md',
  'docs/auditor.md',
  'docs/fleet.md',
  'docs/drift.md',
  'docs/assistants.md',
];

const blocksOf = (page: string) =>
  [...readFileSync(page, 'utf8').matchAll(/```(sh|answer|console)\n([\s\S]*?)```/g)].map(
    ([, kind, text]) => ({
      kind,
      text: text as string,
    }),
  );

/** Lines without the parts that differ each time: IDs, times, and the order in which accounts answer. */
const comparable = (lines: string[]) =>
  lines
    .map((line) =>
      line.replace(/[\da-f]{8}-[\da-f-]{27}/g, 'ID').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'),
    )
    .sort();

t.test('the pages work as printed', async (t) => {
  const { url, aws, issuer, token, directory, child, output } = await startSandbox(t);
  t.equal(child.exitCode, null, `the sandbox runs: ${output()}`);
  const here = (command: string) =>
    command
      .replaceAll('http://127.0.0.1:8080', url)
      .replaceAll('http://127.0.0.1:8082', issuer)
      .replaceAll('.sandbox/', `${directory}/`)
      // Without a look whether the packages are installed: this process runs on them.
      .replaceAll('npm run audit:verify --', `${process.execPath} src/cli/audit-verify.ts`);

  for (const page of pages)
    await t.test(page, async (t) => {
      t.ok(
        blocksOf(page).some(({ kind }) => kind !== 'answer'),
        'there are commands to run',
      );
      let [output, variables] = ['', ''];
      for (const { kind, text } of blocksOf(page)) {
        if (kind === 'sh') {
          // Each block runs in a shell of its own. The reader's one shell keeps the variables of a block of
          // assignments: they are taken over with their values, so that no request is sent twice.
          const command = here(text);
          const names = [...command.matchAll(/^(?:export )?(\w+)=/gm)].map(([, name]) => name).join(' ');
          const declaration = names && `declare -p ${names}`;
          ({ stdout: output } = await runBound('bash', ['-c', `${variables}\n${command}\n${declaration}`]));
          if (declaration) variables += output;
        } else if (kind === 'console') {
          const [command = '', ...lines] = text.trimEnd().split('\n');
          const args = command.replace(/^\$ npx rolewright /, '').split(' ');
          const { out, err } = await begin(t, args, {
            ROLEWRIGHT_URL: url,
            ROLEWRIGHT_TOKEN: token('administrator'),
          }).ended;
          t.same(comparable(`${out}${err}`.trimEnd().split('\n')), comparable(lines), command);
        } else
          for (const fragment of text.trim().split('\n'))
            t.ok(output.includes(fragment), fragment, output.includes(fragment) ? {} : { output });
      }
    });

  const { items } = (await (
    await fetch(`${url}/v1/changes?limit=100`, {
      headers: { authorization: `Bearer ${token('administrator')}` },
    })
  ).json()) as {
    items: { steps: { action: string; awsRequestId: string }[] }[];
  };
  const ours = items.flatMap(({ steps }) =>
    steps.map(({ action, awsRequestId }) => `${action} ${awsRequestId}`),
  );
  const entries = (await (await fetch(`${aws}/_sandbox/ledger`)).json()) as {
    action: string;
    requestId: string;
  }[];
  t.same(
    ours.sort(),
    entries.map(({ action, requestId }) => `${action} ${requestId}`).sort(),
    'AWS accepted exactly the writes in the history',
  );
  t.ok(ours.length >= 2);
});
