import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmInstall, root, run } from './tools.ts';

/** Packs a folder of `clients`, and installs the package in another folder, as it is installed elsewhere. */
export async function installPackage(name: 'typescript' | 'cli', folder: string): Promise<void> {
  // Without the loaders that tap gives to every process of a test.
  const npm = (args: string[], cwd: string) => run('env', ['-u', 'NODE_OPTIONS', 'npm', ...args], { cwd });
  const printed = await npm(['pack', '--json', '--pack-destination', folder], join(root, 'clients', name));
  const [{ filename }] = JSON.parse(printed.slice(printed.indexOf('['))) as [{ filename: string }];
  if (!existsSync(join(folder, 'package.json')))
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
  await npm([...npmInstall, `./${filename}`], folder);
}
