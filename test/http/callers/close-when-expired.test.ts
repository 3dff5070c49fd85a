import type { FastifyRequest } from 'fastify';
import t from 'tap';
import { Fault } from '#src/fault.ts';
import { closeWhenExpired, maxOpenConnections } from '#src/http/callers/close-when-expired.ts';

const ended = () => Promise.reject(new Fault('UNAUTHENTICATED', 'ended'));
const away = () => Promise.reject(new Fault('UNAVAILABLE', 'away'));
const broken = () => Promise.reject(new TypeError('broken'));
const known = async () => {};

t.test('re-authenticated repeatedly, until the credential is refused', async (t) => {
  const rows: [what: string, answers: (() => Promise<void>)[], errors: number][] = [
    ['at once', [ended], 0],
    ['after a while', [known, known, ended], 0],
    ['what passes is waited for', [away, known, away, away, ended], 0],
    ['what does not pass is not waited for without end', [known, away, away, away, away, away], 0],
    ['what cannot be explained lets nobody go on', [known, broken], 1],
  ];
  for (const [what, answers, errors] of rows) {
    const left = [...answers];
    const logged: unknown[] = [];
    const request = {
      log: { error: (details: unknown) => logged.push(details) },
    } as unknown as FastifyRequest;
    const cut = Promise.withResolvers<void>();
    closeWhenExpired(() => (left.shift() ?? known)(), 1)(request, cut.resolve);
    await cut.promise;
    t.equal(left.length, 0, what);
    t.equal(logged.length, errors, what);
  }
});

t.test('each caller has a limit of open connections', async (t) => {
  const open = new Map<string, number>();
  const lasting = closeWhenExpired(known, 3_600_000, open);
  const of = (subject: string) =>
    ({ identity: { actor: { subject, issuer: 'https://id.example' } } }) as unknown as FastifyRequest;
  const stops = Array.from({ length: maxOpenConnections }, () => lasting(of('alice'), () => {}));
  const [first] = stops;
  t.throws(() => lasting(of('alice'), () => {}), { code: 'RATE_LIMITED' });
  stops.push(lasting(of('bob'), () => {}));
  first?.();
  first?.();
  stops.push(lasting(of('alice'), () => {}));
  t.throws(() => lasting(of('alice'), () => {}), { code: 'RATE_LIMITED' });
  for (const stop of stops) stop();
  t.equal(open.size, 0, 'callers without open connections take no memory');
});

t.test('a stream that has ended is not cut', async (t) => {
  const answer = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const reauthenticate = () => {
    asked.resolve();
    return answer.promise;
  };
  const stop = closeWhenExpired(reauthenticate, 1)({} as FastifyRequest, () => t.fail('cut'));
  await asked.promise;
  stop();
  answer.reject(new Fault('UNAUTHENTICATED', 'ended'));
  await t.rejects(answer.promise);
});
