import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { settings } from '#src/settings.ts';
import { startSandbox } from '../conform/sandbox.ts';
import { NotRun, place, root, run } from '../conform/tools.ts';
import { memberPolicy } from '../sandbox/member-policy.ts';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { isStale } from './client.ts';
import { writeReference } from './docs.ts';

// `npm run e2e:terraform [-- ARGUMENT…]` builds the Terraform provider, starts a sandbox, and runs the provider's
// tests with the real terraform. Arguments go to `go test`: `-- -run TestAccImport`. TERRAFORM names another
// binary, such as a tofu.

const folder = join(root, 'integrations/terraform');
const terraform = process.env.TERRAFORM ?? 'terraform';
// The machine's own configuration of terraform may name providers or mirrors.
const configuration = { TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };

for (const [tool, args] of [
  ['go', ['version']],
  [terraform, ['version', '-json']],
] as const)
  await run(tool, [...args], { env: { ...process.env, ...configuration } }).catch((error: unknown) => {
    console.error(
      error instanceof NotRun ? `e2e:terraform needs ${tool}: ${error.message}.` : (error as Error).message,
    );
    process.exit(1);
  });
if (isStale()) {
  console.error('The API client of the Terraform provider is stale. Run npm run describe.');
  process.exit(1);
}
const terraformPath = (await run('sh', ['-c', 'command -v "$0"', terraform])).trim();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const built = join(place, 'terraform-provider');
await run('go', ['build', '-o', join(built, 'terraform-provider-rolewright'), '.'], { cwd: folder });
if (!(await writeReference(folder, { ...process.env, ...configuration }))) {
  console.error('integrations/terraform/docs was stale, and has been written again. Read and commit it.');
  process.exit(1);
}
const { default: perMinute } = settings.RATE_LIMIT_PER_MINUTE as { default?: number };
// The rate limit is the service's own: 200 accesses in one apply must stay below it.
const sandbox = await startSandbox({ RATE_LIMIT_PER_MINUTE: String(perMinute) });

/** Lets a test restart the service: POST / answers when it serves again. */
const control = createServer((_, response) => {
  sandbox.restart().then(
    () => response.end(),
    (error: Error) => response.writeHead(500).end(error.message),
  );
}).listen(0, '127.0.0.1');
await once(control, 'listening');

const tests = spawnBound('go', ['test', '-count=1', '-timeout=30m', './...', ...process.argv.slice(2)], {
  cwd: folder,
  tree: true,
  stdout: 'inherit',
  stderr: 'inherit',
  env: {
    ...process.env,
    ...configuration,
    TF_ACC: '1',
    TF_ACC_TERRAFORM_PATH: terraformPath,
    PROVIDER_FOLDER: built,
    ROLEWRIGHT_URL: sandbox.url,
    ROLEWRIGHT_TOKEN: sandbox.token,
    SANDBOX_AWS: sandbox.aws,
    SANDBOX_MEMBER_POLICY: memberPolicy,
    SANDBOX_RESTART: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
  },
});
const [code] = await once(tests, 'exit');
control.close();
await sandbox.stop();
process.exit(code ?? 1);
