import { mock } from 'node:test';
import t from 'tap';
import { createLogSampler } from '#src/http/log/log-sampler.ts';

t.test('the first lines of each kind are written, and the others counted', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const lines: unknown[] = [];
  const sampler = createLogSampler({ warn: (details, message) => void lines.push({ ...details, message }) });
  const admitted = (kind: string, count: number) =>
    Array.from({ length: count }, () => sampler.admit(kind)).filter(Boolean).length;
  t.equal(admitted('a', 1000), 20);
  t.equal(admitted('b', 3), 3, 'another kind');
  t.same(lines, []);
  mock.timers.tick(10_000);
  t.same(lines, [{ kind: 'a', leftOut: 980, seconds: 10, message: 'repeated log lines were suppressed' }]);
  t.equal(admitted('a', 30), 20, 'a new window');
  sampler.flush();
  t.match(lines[1], { kind: 'a', leftOut: 10 });
  mock.timers.tick(60_000);
  t.equal(lines.length, 2, 'no line without suppressed lines');
});

t.test('an unlimited number of kinds share one count', async (t) => {
  const lines: { kind?: string }[] = [];
  const sampler = createLogSampler({ warn: (details) => void lines.push(details) });
  for (let i = 0; i < 10_000; i += 1) sampler.admit(`kind ${i}`);
  sampler.flush();
  t.match(lines, [{ kind: 'other', leftOut: 9480 }]);
});
