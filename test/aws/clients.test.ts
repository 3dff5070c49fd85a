import t from 'tap';
import { createAws } from '#src/aws/aws.ts';
import {
  accountOf,
  callerOf,
  healthy,
  type Reply,
  startScriptedAws,
  useOwnCredentials,
} from '#test/support/scripted-aws.ts';
import { attach, intentFor, startScriptedRoles } from '#test/support/scripted-roles.ts';

Math.random = () => 0;
useOwnCredentials();

t.test('a call times out when the server does not answer, or not completely', async (t) => {
  for (const reply of ['HANG', 'HANG_IN_BODY'] satisfies Reply[]) {
    const { write } = await startScriptedRoles(
      t,
      ({ action }) => (action === 'AttachRolePolicy' ? reply : undefined),
      {
        requestTimeoutMs: 150,
      },
    );
    await t.rejects(write(accountOf(), attach), { code: 'AWS_FAILED', isUncertain: true }, reply);
  }
});

t.test('a connection that is reset leaves a write uncertain', async (t) => {
  const { write } = await startScriptedRoles(t, ({ action }) =>
    action === 'AttachRolePolicy' ? 'RESET' : undefined,
  );
  await t.rejects(write(accountOf(), attach), { code: 'AWS_FAILED', isUncertain: true });
});

t.test('a write that was never sent is certainly not done', async (t) => {
  // On a reused connection it would be sent, and the connection reset.
  const aws = await startScriptedAws(healthy, { keepAlive: false });
  const { roles, close } = createAws({ now: () => new Date(), endpoint: aws.url });
  t.teardown(close);
  const account = accountOf();
  const intent = intentFor(account, 'r', attach);
  await roles.openWriting(intent, account, callerOf());
  await aws.close();
  const refused = {
    code: 'AWS_FAILED',
    isUncertain: false,
    message: /iam:AttachRolePolicy/,
    cause: { code: 'ECONNREFUSED' },
  };
  await t.rejects(
    roles.write(intent, account, attach, callerOf(), async () => {}),
    refused,
  );
});

t.test('every call names this service and its version, and signs for the partition', async (t) => {
  const { aws, roles } = await startScriptedRoles(t, undefined, { version: '1.2.3' });
  await roles.read(accountOf(), 'r', callerOf());
  t.equal(aws.calls.length, 3);
  for (const { headers } of aws.calls) {
    t.match(headers['user-agent'], /(^| )rolewright\/1\.2\.3/);
    t.match(headers.authorization, /\/us-east-1\/(iam|sts)\/aws4_request/);
  }
});

t.test('AWS_ENDPOINT_URL is used', async (t) => {
  const { aws } = await startScriptedRoles(t);
  process.env.AWS_ENDPOINT_URL = aws.url;
  t.teardown(() => {
    delete process.env.AWS_ENDPOINT_URL;
  });
  const { roles, close } = createAws({ now: () => new Date() });
  t.teardown(close);
  t.match(await roles.read(accountOf(), 'r', callerOf()), { roleName: 'r' });
  t.equal(aws.calls.length, 3);
});

t.test('connections are reused', async (t) => {
  const ports = new Set<unknown>();
  const { aws, roles } = await startScriptedRoles(t);
  for (let round = 0; round < 5; round += 1) {
    await roles.read(accountOf(), 'r', callerOf());
    await roles.read(accountOf(), 'r', callerOf('another'));
  }
  for (const { port } of aws.calls) ports.add(port);
  t.equal(aws.calls.length, 22);
  t.ok(ports.size <= 4, `${ports.size} connections for 22 calls`);
});
