import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './tools.ts';

/**
 * Packs clients/typescript and installs the package in a folder, as a program elsewhere does. Answers the path of
 * the installed package.
 */
export async function installClient(folder: string): Promise<string> {
  // Without the loaders that tap gives to every process of a test.
  const npm = (args: string[], cwd: string) => run('env', ['-u', 'NODE_OPTIONS', 'npm', ...args], { cwd });
  const printed = await npm(
    ['pack', '--json', '--pack-destination', folder],
    join(root, 'clients/typescript'),
  );
  const [{ filename }] = JSON.parse(printed.slice(printed.indexOf('['))) as [{ filename: string }];
  if (!existsSync(join(folder, 'package.json')))
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
  await npm(['install', '--no-audit', '--no-fund', '--loglevel=error', `./${filename}`], folder);
  return join(folder, 'node_modules/rolewright-client');
}
