import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed, run } from '../conform/tools.ts';

const version = 'v0.25.0';

/** The text of every page. */
const pagesIn = (folder: string) =>
  JSON.stringify(
    globSync(join(folder, 'docs/**/*.md'))
      .sort()
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );

/** Writes the provider's reference from its schemas and examples. Answers whether it was current before. */
export async function writeReference(folder: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const tools = await installed('tfplugindocs', version, (GOBIN) =>
    run('go', ['install', `github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs@${version}`], {
      env: { ...process.env, GOBIN },
    }),
  );
  const before = pagesIn(folder);
  const options = ['generate', '--provider-name', 'rolewright', '--rendered-provider-name', 'Rolewright'];
  await run(join(tools, 'tfplugindocs'), options, { cwd: folder, env });
  return pagesIn(folder) === before;
}
