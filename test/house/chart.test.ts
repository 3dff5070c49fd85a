import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { readDockerfile, stageNamed } from '#dev/deploy/dockerfile.ts';
import { loadDatabaseConfig, stopGraceMs } from '#src/config.ts';
import { secretSettings, settings } from '#src/settings.ts';
import manifest from '../../package.json' with { type: 'json' };

// What the chart has to agree on with the service. `npm run check:helm` renders and validates it.

const folder = 'deploy/helm/rolewright';
const text = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: the shapes are those of helm
const values = parse(text('values.yaml')) as any;
// biome-ignore lint/suspicious/noExplicitAny: the shapes are those of JSON Schema
const schema = JSON.parse(text('values.schema.json')) as any;
const deployment = text('templates/deployment.yaml');
const service = stageNamed(readDockerfile('Dockerfile'), '');
const numberIn = (pattern: RegExp, of = deployment) => Number(pattern.exec(of)?.[1]);

t.test('every setting of the service can be given, and no other', async (t) => {
  /** The image and the chart set these. */
  const own = ['HOST', 'PORT', 'METRICS_HOST', 'METRICS_PORT'];
  const plain = Object.keys(settings).filter((name) => !secretSettings.has(name) && !own.includes(name));
  const given = (schema.properties.config.propertyNames.enum as string[]).filter(
    (name) => !name.startsWith('AWS_'),
  );
  t.same(
    [...given].sort(),
    plain.sort(),
    'config: values.schema.json lists the settings that are no secrets',
  );
  t.same(
    [...schema.properties.secret.properties.settings.items.enum].sort(),
    [...secretSettings].sort(),
    'secret.settings: values.schema.json lists the secrets',
  );
  t.same(schema.properties.config.required, ['OIDC_ISSUER', 'OIDC_AUDIENCE']);
});

/** The paths of all values, down to what has no fixed names. */
const pathsOf = (one: unknown, prefix = ''): string[] =>
  typeof one === 'object' && one !== null && !Array.isArray(one) && Object.keys(one).length > 0
    ? Object.entries(one).flatMap(([name, below]) => pathsOf(below, `${prefix}/${name}`))
    : [prefix];

t.test('values.yaml and its schema know the same values', async (t) => {
  // biome-ignore lint/suspicious/noExplicitAny: see above
  const known = (one: any, prefix = ''): string[] =>
    one.additionalProperties === false
      ? Object.entries(one.properties).flatMap(([name, below]) => known(below, `${prefix}/${name}`))
      : [prefix];
  const free = /^\/(global$|(migration\/)?resources)/;
  const fixed = (paths: string[]) => paths.filter((path) => !free.test(path)).sort();
  t.same(fixed(known(schema)), fixed(pathsOf(values)));
});

t.test('a pod is given the time that a start and a stop take', async (t) => {
  const stopSeconds = stopGraceMs / 1000;
  t.ok(values.terminationGracePeriodSeconds > values.preStopSeconds + stopSeconds);
  t.ok(numberIn(/add \.Values\.preStopSeconds (\d+)/) > stopSeconds, 'shorter values are refused');
  const { DATABASE_WAIT_SECONDS } = loadDatabaseConfig({ DATABASE_URL: 'embedded' });
  const startSeconds =
    numberIn(/periodSeconds: (\d+)\n +failureThreshold: \d+/) * numberIn(/failureThreshold: (\d+)/);
  // The wait for the migration lock has two minutes of its own.
  t.ok(startSeconds >= DATABASE_WAIT_SECONDS + 120, `${startSeconds} s`);
});

t.test('ports, user, paths and version are those of the service', async (t) => {
  t.same(
    [numberIn(/containerPort: (\d+)/), numberIn(/- name: PORT\n +value: "(\d+)"/)],
    [...service.ports, ...service.ports],
  );
  t.equal(numberIn(/runAsUser: (\d+)/, text('templates/_helpers.tpl')), service.user);
  const health = readFileSync('src/http/health.ts', 'utf8');
  for (const path of ['/healthz', ...schema.properties.readinessPath.enum])
    t.ok(health.includes(`'${path}'`), path);
  t.equal(parse(text('Chart.yaml')).appVersion, manifest.version);
  const [, command = 'none'] = /args: \[(.*)\]/.exec(text('templates/migration-job.yaml')) ?? [];
  t.ok(existsSync(command), command);
});
