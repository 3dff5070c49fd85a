import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../conform/tools.ts';
import { folder } from './backend.ts';

/** The environment in which `node` is the one that runs this. The shell's own may be older. */
export const env = { ...process.env, PATH: `${join(process.execPath, '..')}:${process.env.PATH}` };

/** Installs what the lock file of integrations/backstage names, if it is not there. Throws NotRun without npm. */
export async function installBackstage(): Promise<void> {
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const marker = join(folder, 'node_modules/.rolewright-installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  console.log('installing Backstage: 1 GB, some two minutes');
  // No package of it needs its scripts.
  await run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: folder, env });
  writeFileSync(marker, wanted);
}
