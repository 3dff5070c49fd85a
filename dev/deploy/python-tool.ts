import { join } from 'node:path';
import { installed, run } from '../conform/tools.ts';

/** The path of a command of a package of PyPI. Throws NotRun without Python or its registry. */
export async function pythonTool(name: string, pinned: string): Promise<string> {
  const folder = await installed(name, pinned, async (target) => {
    await run('python3', ['-m', 'venv', target]);
    await run(join(target, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', pinned]);
  });
  return join(folder, 'bin', name);
}
