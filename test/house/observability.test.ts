import { readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { startMetrics } from '#src/metrics/metrics.ts';
import { scrape } from '#test/support/exposition.ts';

// The rules, the dashboard and the pages name metrics that exist, and leave none out.

interface Rule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

interface RuleTests {
  tests: { promql_expr_test: { expr: string; exp_samples: object[] }[] }[];
}

const read = (path: string) => readFileSync(path, 'utf8');
const { groups } = parse(read('deploy/observability/alerts.yaml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);
const dashboard = read('deploy/observability/dashboard.json');
/** What the tests of the rules expect: nothing, or that the alert fires. */
const expectations = ['alerts.test.yaml', 'alerts.days.test.yaml']
  .flatMap((file) => (parse(read(`deploy/observability/${file}`)) as RuleTests).tests)
  .flatMap((one) => one.promql_expr_test)
  .map(({ expr, exp_samples }) => ({
    alert: /alertname="(\w+)"/.exec(expr)?.[1],
    fires: exp_samples.length > 0,
  }));
const metricsPage = read('docs/metrics.md');
const alertsPage = read('docs/alerts.md');

const namesIn = (text: string) => [
  ...new Set(text.match(/\b(?:rolewright|nodejs|process)_[a-z0-9_]+/g) ?? []),
];
/** As Prometheus stores a family: a histogram has three names. */
const storedAs = (name: string, type: string) =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];

t.test('metrics that are named exist, and each has a panel and a row', async (t) => {
  const metrics = await startMetrics({ host: '127.0.0.1', port: 0 });
  t.teardown(() => metrics.close());
  const noFigures = new Proxy({}, { get: () => async () => Promise.reject(new Error('not read')) });
  metrics.watch(noFigures as never, () => [], { warn() {} });
  const { families } = await scrape(metrics.url);
  const stored = new Set([...families].flatMap(([name, { type }]) => storedAs(name, type)));
  t.ok(stored.size > 60);
  for (const { alert, expr } of rules)
    for (const name of namesIn(expr)) t.ok(stored.has(name), `${alert}: ${name} exists`);
  for (const name of namesIn(dashboard)) t.ok(stored.has(name), `the dashboard: ${name} exists`);
  for (const name of namesIn(metricsPage).filter((one) => !one.endsWith('_')))
    t.ok(families.has(name), `docs/metrics.md: ${name} exists`);
  for (const [name, { type }] of families) {
    if (!name.startsWith('rolewright_')) continue;
    t.ok(metricsPage.includes(`| \`${name}\` | ${type}`), `docs/metrics.md has ${name}, a ${type}`);
    t.ok(
      storedAs(name, type).some((one) => namesIn(dashboard).includes(one)),
      `the dashboard shows ${name}`,
    );
  }
});

t.test('each alert has a severity, plain words, a test, and a page that says what to do', async (t) => {
  t.ok(rules.length > 15);
  for (const { alert, labels, annotations } of rules) {
    t.match(labels.severity, /^(critical|warning|info)$/, alert);
    for (const text of [annotations.summary, annotations.description])
      t.match(text, /^["A-Z0-9{].*\.$/s, `${alert}: a sentence`);
    t.equal(annotations.runbook_url, `docs/alerts.md#${alert.toLowerCase()}`, alert);
    const [, section = ''] = alertsPage.split(`### ${alert}\n`);
    t.match(section.trim(), new RegExp(`^${labels.severity}`, 'i'), `docs/alerts.md: ${alert}`);
    for (const fires of [false, true])
      t.ok(
        expectations.some((one) => one.alert === alert && one.fires === fires),
        `${alert} ${fires ? 'fires' : 'is silent'} in a test`,
      );
  }
  const sections = [...alertsPage.matchAll(/^### (.+)$/gm)].map(([, title]) => title);
  t.same(sections.sort(), rules.map(({ alert }) => alert).sort(), 'no page is about an alert that is gone');
});

t.test('the dashboard can be imported', async (t) => {
  const { uid, panels, templating } = JSON.parse(dashboard);
  t.equal(uid, 'rolewright');
  t.same(
    templating.list.map(({ name }: { name: string }) => name),
    ['datasource', 'job', 'instance'],
  );
  const ids = panels.map(({ id }: { id: number }) => id);
  t.equal(new Set(ids).size, ids.length, 'each panel has its own ID');
  for (const { type, title, targets, gridPos } of panels) {
    t.ok(gridPos.x + gridPos.w <= 24, `${title} fits`);
    if (type === 'row') continue;
    t.ok(targets.length > 0, title);
    for (const { expr, datasource } of targets) {
      t.equal(datasource.uid, '$' + '{datasource}');
      t.match(expr, /job="\$job"/, `${title}: of the chosen job`);
    }
  }
});
