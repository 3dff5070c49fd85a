import { existsSync, globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { readComposeFile } from '#dev/deploy/compose-file.ts';
import { readDockerfile, stageNamed } from '#dev/deploy/dockerfile.ts';
import { loadConfig, stopGraceMs } from '#src/config.ts';
import { fileSettingOf } from '#src/secret-files.ts';
import { secretSettings, settings } from '#src/settings.ts';

// What Dockerfile and docker-compose.yml have to agree on. `npm run image:replay` builds and runs the image.

const stages = readDockerfile('Dockerfile');
const service = stageNamed(stages, '');
const compose = readComposeFile();

t.test('the container tells V8 what `npm start` does', async (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  t.match(service.command, [/^--max-semi-space-size=\d+$/, /^--heap-growing-percent=\d+$/, 'src/main.ts']);
  t.ok(scripts.start.endsWith(`node ${service.command.join(' ')}`), scripts.start);
});

t.test(
  'the image: node is the first process, a user by number, the stop signal, no package manager',
  async (t) => {
    t.match(service, {
      base: 'node:24-slim',
      entrypoint: ['node'],
      user: 1000,
      stopSignal: 'SIGTERM',
      ports: [8080],
    });
    t.same(service.env, { NODE_ENV: 'production', HOST: '0.0.0.0' });
    t.equal(service.healthcheck?.[0], 'node', 'the slim image has neither curl nor npm');
    t.match(service.steps[0], { does: 'RUN', command: /^rm -rf \/usr\/local\/lib\/node_modules / });
    // The first process of a container has to reap what others leave behind. There are no others.
    for (const file of globSync('src/**/*.ts'))
      t.notMatch(readFileSync(file, 'utf8'), /child_process/, `${file} starts no process`);
    for (const name of ['build', 'console', 'packages'])
      t.match(
        stageNamed(stages, name).steps.find(({ does }) => does === 'RUN'),
        { command: /^npm ci\b/ },
        `${name} installs what the lock file says`,
      );
  },
);

t.test('docker-compose.yml has the right settings, and its services wait for one another', async (t) => {
  const { rolewright, issuer, postgres, proxy } = compose.services;
  const replicas = Object.entries(compose.services).filter(([name]) => name.startsWith('rolewright'));
  t.equal(replicas.length, 3);
  const ports = new Set<number>();
  for (const [name, { environment = {}, read_only, stop_grace_period, profiles, secrets = [] }] of replicas) {
    // A secret is a file here, and its content is the repository's.
    const given = Object.fromEntries(
      Object.entries(environment).map(([key, value]) => {
        const file = Object.values(compose.secrets).find((one) =>
          one.file.endsWith(value.replace('/run/secrets', '')),
        );
        return [key, value.startsWith('/run/secrets/') ? (file?.file ?? 'none') : value];
      }),
    );
    const config = loadConfig({ ...service.env, ...given });
    t.match(config, {
      AUTH: 'oidc',
      HOST: '0.0.0.0',
      OIDC_ISSUER: issuer?.environment?.ISSUER_URL,
      OIDC_AUDIENCE: issuer?.environment?.OIDC_AUDIENCE,
      DATABASE_URL: 'postgresql://rolewright:rolewright@postgres:5432/rolewright',
      MIGRATION_DATABASE_URL: 'postgresql://owner:owner@postgres:5432/rolewright',
    });
    ports.add(config.PORT);
    for (const key of Object.keys(environment).filter((one) => one.endsWith('_FILE')))
      t.ok(secrets.includes(environment[key]?.replace('/run/secrets/', '') ?? ''), `${name} has ${key}`);
    const known = [...Object.keys(settings), ...[...secretSettings].map(fileSettingOf)];
    for (const key of Object.keys(environment).filter((one) => !one.startsWith('AWS_')))
      t.ok(known.includes(key), `${key} is a setting`);
    t.ok(read_only, `${name} has a read-only root`);
    t.ok(Number.parseInt(stop_grace_period ?? '', 10) * 1000 > stopGraceMs, `${name} is given time to stop`);
    t.same(profiles ?? [], name === 'rolewright' ? [] : ['replicas']);
  }
  t.equal(
    stageNamed(stages, typeof issuer?.build === 'object' ? issuer.build.target : '').base,
    'build',
    'the issuer is a stage of its own',
  );
  t.notOk(
    service.steps.some((step) => step.text.includes('issuer')),
    'and nothing of it is in the service',
  );
  t.equal(rolewright?.network_mode, 'service:issuer', 'where the issuer has a loopback address');
  t.match(
    postgres?.healthcheck?.test.at(-1),
    /psql "\$\$\(cat \/run\/secrets\/database-url\)"/,
    "as the service's role",
  );

  const servers = readFileSync(compose.configs.proxy?.file ?? '', 'utf8').matchAll(
    /server 127\.0\.0\.1:(\d+);/g,
  );
  t.same(
    [...servers].map(([, port]) => Number(port)).sort(),
    [...ports].sort(),
    'the proxy knows every replica',
  );
  t.equal(proxy?.network_mode, 'service:issuer');
  for (const port of ['8080', '8082', '8090'])
    t.ok(issuer?.ports?.includes(`127.0.0.1:${port}:${port}`), port);
  for (const { file } of Object.values({ ...compose.secrets, ...compose.configs }))
    t.ok(existsSync(file), file);
  for (const [name, one] of Object.entries(compose.services)) {
    t.equal(one.restart, 'unless-stopped', name);
    if (one.build === undefined) t.match(one.image, /:\d/, `${name} names a version`);
    for (const [needed, { condition }] of Object.entries(one.depends_on ?? {})) {
      t.equal(condition, 'service_healthy', needed);
      const { healthcheck, build } = compose.services[needed] ?? {};
      const stage = stageNamed(stages, typeof build === 'object' ? build.target : '');
      t.ok(healthcheck ?? (build && stage.healthcheck), `${needed} has a health check`);
    }
  }
});
