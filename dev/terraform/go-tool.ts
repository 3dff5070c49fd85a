import { basename, join } from 'node:path';
import { installed, run } from '../conform/tools.ts';

/** The path of a tool that is written in Go. Throws NotRun without Go or its module proxy. */
export async function goTool(source: string, version: string): Promise<string> {
  const name = basename(source);
  const folder = await installed(name, version, (GOBIN) =>
    run('go', ['install', `${source}@${version}`], { env: { ...process.env, GOBIN } }),
  );
  return join(folder, name);
}
