import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { root, run } from '../conform/tools.ts';
import { goodValues, wrongValues } from './helm-cases.ts';
import { findHelm } from './helm-tool.ts';
import { pythonTool } from './python-tool.ts';
import { runCheck } from './run-check.ts';

// `npm run check:helm` lints the chart and renders it for a table of values. What is rendered must be what
// Kubernetes 1.37 knows, to the letter, and wrong values must be refused. HELM names another helm, such as a 3.22.

/** The values that docs/kubernetes.md tells its readers to write. */
function valuesOfPage(): object {
  const [, block = ''] =
    /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/kubernetes.md'), 'utf8')) ?? [];
  return parse(block) as object;
}

const chart = join(root, 'deploy/helm/rolewright');
/** Kinds of the Prometheus operator, which kubernetes-validate does not know. */
const foreign = ['ServiceMonitor', 'PrometheusRule'];

await runCheck('helm', async () => {
  const helm = await findHelm();
  const validate = await pythonTool('kubernetes-validate', 'kubernetes-validate==1.37.0');
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-helm-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const render = (values: object, command: string[]) =>
    run(helm, [...command, chart, '--values', file('values.yaml', stringify(values))]);
  const template = ['template', 'release', '--namespace', 'rolewright', '--kube-version', '1.37.0'];
  try {
    const page = { values: valuesOfPage(), kinds: goodValues.default?.kinds ?? [] };
    for (const [name, { values, kinds }] of Object.entries({ ...goodValues, page })) {
      await render(values, ['lint', '--strict', '--kube-version', '1.37.0']);
      const documents = parseAllDocuments(await render(values, template)).map((one) => one.toJS());
      const found = documents.map(({ kind }) => kind).sort();
      if (found.join() !== kinds.join()) throw new Error(`values "${name}" make ${found.join(', ')}`);
      const known = documents.filter(({ kind }) => !foreign.includes(kind));
      const rendered = file(`${name}.yaml`, known.map((one) => stringify(one)).join('---\n'));
      await run(validate, ['--strict', '--kubernetes-version', '1.37.0', rendered]);
    }
    for (const [name, values, said] of wrongValues) {
      const refusal = await render(values, template).then(
        () => 'nothing',
        (error: Error) => error.message,
      );
      if (!said.test(refusal)) throw new Error(`${name} is not refused for it: ${refusal}`);
    }
    // Would a fault be seen at all?
    const wrong = file(
      'wrong.yaml',
      'apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { prots: [] }\n',
    );
    const isSeen = await run(validate, ['--strict', '--kubernetes-version', '1.37.0', wrong]).then(
      () => false,
      (error: Error) => error.message.includes('prots'),
    );
    if (!isSeen) throw new Error('a misspelt field was not refused');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
