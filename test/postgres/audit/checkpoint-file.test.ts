import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { originalLog } from '#dev/chaos/tamper.ts';
import { openCheckpointFile } from '#src/postgres/audit/checkpoint-file.ts';

const { checkpoints } = originalLog(1, 300);
const [first, second, third] = checkpoints as [
  (typeof checkpoints)[0],
  (typeof checkpoints)[0],
  (typeof checkpoints)[0],
];

t.test('lines are appended; the last one counts', async (t) => {
  const path = join(t.testdir(), 'not/there/yet.ndjson');
  const file = openCheckpointFile(pathToFileURL(path).href);
  t.equal(file.name, path);
  t.equal(await file.latest(), null);
  for (const checkpoint of [first, second]) {
    await file.publish(checkpoint);
    t.same(await file.latest(), checkpoint);
  }
  t.same(
    (await readFile(path, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    [first, second],
  );
  await appendFile(path, '{"seq":');
  t.same(await file.latest(), second, 'a truncated line is ignored');
  await file.publish(third);
  t.same(
    (await readFile(path, 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    [first, second, third],
  );
  for (let i = 0; i < 40; i += 1) await file.publish(third);
  t.same(await openCheckpointFile(pathToFileURL(path).href).latest(), third, 'also in a long file');
});

t.test('a file of another kind is not touched', async (t) => {
  const path = join(t.testdir(), 'x');
  const file = openCheckpointFile(pathToFileURL(path).href);
  for (const [text, said] of [
    ['hello\n', /the last line of .* is not a checkpoint/],
    ['x'.repeat(9000), /is not a checkpoint file/],
  ] as const) {
    await writeFile(path, text);
    t.match(await file.latest(), { junk: said });
  }
  await t.rejects(file.publish(first), /is not a checkpoint file/);
  t.equal(await readFile(path, 'utf8'), 'x'.repeat(9000));
});
