import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed, NotRun, run } from '../conform/tools.ts';

// `npm run e2e:tofu [-- ARGUMENT…]` builds OpenTofu, of which no package has the binary, and runs the tests of the
// Terraform provider with it. The first build takes minutes.

const source = 'github.com/opentofu/opentofu';
const version = 'v1.12.6';

/** The path of the binary. Throws NotRun without Go or its module proxy. */
async function buildTofu(): Promise<string> {
  const folder = await installed('tofu', version, async (cwd) => {
    const { GoMod } = JSON.parse(
      await run('go', ['mod', 'download', '-json', `${source}@${version}`], { cwd }),
    );
    const { Replace } = JSON.parse(await run('go', ['mod', 'edit', '-json', GoMod], { cwd })) as {
      Replace: { Old: Module; New: Module }[] | null;
    };
    // `go install` refuses a module with replacements. A module that requires it has to repeat them.
    const lines = (Replace ?? []).map((one) => `replace ${named(one.Old)} => ${named(one.New)}\n`);
    writeFileSync(join(cwd, 'go.mod'), `module tofu\n\n${lines.join('')}`);
    await run('go', ['get', '-tool', `${source}/cmd/tofu@${version}`], { cwd });
    await run('go', ['build', '-o', 'tofu', `${source}/cmd/tofu`], { cwd });
  });
  return join(folder, 'tofu');
}

interface Module {
  Path: string;
  Version?: string;
}

const named = ({ Path, Version = '' }: Module): string => `${Path} ${Version}`.trimEnd();

const refuse = (error: unknown): never => {
  if (!(error instanceof NotRun)) throw error;
  console.error(`e2e:tofu needs go: ${error.message}.`);
  process.exit(1);
};

await run('go', ['version']).catch(refuse);
process.env.TERRAFORM = await buildTofu().catch(refuse);
// OpenTofu refuses the namespace that the test framework chooses, and looks for providers at its own registry.
process.env.TF_ACC_PROVIDER_NAMESPACE = 'hashicorp';
process.env.TF_ACC_PROVIDER_HOST = 'registry.opentofu.org';
await import('./main.ts');
