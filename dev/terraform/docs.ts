import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../conform/tools.ts';
import { goTool } from './go-tool.ts';

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
  const tool = await goTool('github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs', version);
  const before = pagesIn(folder);
  const options = ['generate', '--provider-name', 'rolewright', '--rendered-provider-name', 'Rolewright'];
  await run(tool, options, { cwd: folder, env });
  return pagesIn(folder) === before;
}
