import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readDockerfile, stageNamed } from '#dev/deploy/dockerfile.ts';

t.test('each step knows what is in force there', async (t) => {
  const path = join(t.testdir(), 'Dockerfile');
  writeFileSync(
    path,
    `FROM node:24-slim AS first
WORKDIR /app
ENV A=1 B=two
COPY a b/ c/
RUN one && \\
  two
FROM first
USER 1000
COPY --from=first /app/x ./
HEALTHCHECK --interval=5s CMD ["node", "-e", "1"]
STOPSIGNAL SIGINT
ENTRYPOINT ["node"]
CMD ["a b", "c"]
`,
  );
  const stages = readDockerfile(path);
  const step = { cwd: '/app', env: { A: '1', B: 'two' } };
  t.match(stageNamed(stages, 'first').steps, [
    { ...step, does: 'COPY', from: null, paths: ['a', 'b/'], to: 'c/', user: 0 },
    { ...step, does: 'RUN', command: /^one && +two$/ },
  ]);
  t.match(stageNamed(stages, ''), {
    base: 'first',
    steps: [{ ...step, does: 'COPY', from: 'first', paths: ['/app/x'], to: './', user: 1000 }],
    healthcheck: ['node', '-e', '1'],
    stopSignal: 'SIGINT',
    entrypoint: ['node'],
    command: ['a b', 'c'],
  });
  t.throws(() => stageNamed(stages, 'other'), /has no stage other/);
});

t.test('what the replay could not do as an engine does it is refused', async (t) => {
  const path = join(t.testdir(), 'Dockerfile');
  const cases: [string, RegExp][] = [
    ['ADD a b', /does not know: ADD a b$/],
    ['VOLUME /x', /does not know: VOLUME/],
    ['RUN --mount=type=cache,target=/x y', /a form of RUN/],
    ['RUN ["y"]', /a form of RUN/],
    ['COPY --chown=1000 a b', /a flag/],
    ['COPY a', /no path/],
    ['USER node', /a user without a number/],
    ['CMD node x', /not in exec form/],
    ['ENTRYPOINT node', /not in exec form/],
    ['HEALTHCHECK NONE', /not in exec form/],
    ['FROM --platform=linux/amd64 x', /a flag/],
  ];
  for (const [line, message] of cases) {
    writeFileSync(path, `FROM node:24-slim\n${line}\n`);
    t.throws(() => readDockerfile(path), message, line);
  }
  writeFileSync(path, 'WORKDIR /app\n');
  t.throws(() => readDockerfile(path), /before FROM/);
});
