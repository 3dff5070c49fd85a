import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { version } from '#clients/cli/src/version.ts';
import { installPackage } from '#dev/conform/own-packages.ts';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { roleName } from '#test/support/service.ts';
import { stage } from './run.ts';

t.test('the package runs where there is no checkout', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rolewright-cli-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await installPackage('cli', folder);
  const { service, port } = await stage(t);
  const account = await service.account();
  account.seed(['a']);
  const run = (...args: string[]) =>
    runBound(join(folder, 'node_modules/.bin/rolewright'), args, {
      env: { PATH: process.env.PATH, ROLEWRIGHT_URL: `http://127.0.0.1:${port}` },
    });
  const licences = readFileSync(join(folder, 'node_modules/rolewright/dist/LICENSES.txt'), 'utf8');
  t.match(
    licences,
    /@bomb\.sh\/tab [\d.]+, MIT[\s\S]*commander [\d.]+, MIT[\s\S]*Permission is hereby granted/,
  );
  t.match(await run('--version'), { stdout: `${version}\n`, stderr: '' });
  const checked = await run('check', account.accountId, roleName, '--cluster', 'us-west-2/a');
  t.match(checked, { stdout: /^COMPLIANT/, stderr: '' });
});
