import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import { spawnBound } from '#dev/sandbox/spawn-bound.ts';
import { createSigningKey } from '#src/audit/checkpoint.ts';
import { plainEnvironment } from '#test/support/environment.ts';
import { audience, makeKey, startTestIssuer } from '#test/support/issuer.ts';
import { freshDatabase, runSql, useOwnServer } from '#test/support/postgres.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { roleName, trustOf } from '#test/support/service.ts';

useOwnServer();

// The service at its lowest log level, with unique secrets. It has to write, refuse and fail. Then all that
// it logged, answered or stored is searched.
const plant = (what: string) => `${what}${randomBytes(12).toString('hex')}`;
const { privateKey } = createSigningKey();
const issuerKey = await makeKey('planted');
const issuer = await startTestIssuer(t, issuerKey);
const accessToken = await issuer.token(issuerKey, { groups: ['rolewright-administrators'] });
const secrets = {
  awsSecretAccessKey: plant('awssecret'),
  awsAccessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
  databasePassword: plant('dbpassword'),
  signingKey: privateKey.split('\n')[1] ?? '',
  wrongToken: plant('bearer'),
  accessToken: accessToken.split('.')[2] ?? '',
  /** Created by the service itself, later. */
  serviceToken: '',
  queryString: plant('query'),
  organizationsExternalId: plant('orgext'),
  webhookKey: randomBytes(24).toString('base64'),
  webhookToken: plant('hook'),
};
/**
 * The external ID of one account, and that of all accounts without their own. An account shows its effective
 * one.
 */
const ownExternalId = plant('ownext');
const memberExternalId = plant('memberext');
const [hub, management] = ['999999999999', '900000000009'] as const;
const [one, two, unreachable] = ['111122223333', '222233334444', '333344445555'] as const;

/**
 * The forms of a text in a line: verbatim, in a URL, and as bytes of a Buffer in JSON, of a bytea, or in
 * base64.
 */
const spellings = (text: string) => {
  const bytes = Buffer.from(text);
  return [
    text,
    encodeURIComponent(text),
    [...bytes].join(','),
    bytes.toString('hex'),
    bytes.toString('base64').slice(0, -4),
  ];
};

t.test('no secret in the log, in an answer or in the database', async (t) => {
  const aws = await startAwsSandbox();
  t.teardown(() => aws.close());
  const { world } = aws;
  world.putAccount({
    accountId: hub,
    accessKeys: [{ accessKeyId: secrets.awsAccessKeyId, secretAccessKey: secrets.awsSecretAccessKey }],
  });
  for (const [accountId, externalId, roleName] of [
    [one, memberExternalId, 'RolewrightMember'],
    [two, ownExternalId, 'RolewrightMember'],
    [management, secrets.organizationsExternalId, 'RolewrightOrganizations'],
  ] as const) {
    world.putAccount({ accountId });
    const trust = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${hub}:root` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    };
    world.putRole({
      accountId,
      roleName,
      trustText: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
    });
  }
  const members = [one, two, '200000000001'].map((accountId) => ({ accountId, name: `n${accountId}` }));
  world.putOrganization({ organizationId: 'o-0123456789', managementAccountId: management, members });
  const { url } = await freshDatabase(t);
  await runSql(url, `CREATE ROLE planted LOGIN SUPERUSER PASSWORD '${secrets.databasePassword}'`);
  t.teardown(() =>
    runSql(url, 'REASSIGN OWNED BY planted TO postgres', 'DROP OWNED BY planted', 'DROP ROLE planted'),
  );
  const checkpoints = join(t.testdir(), 'checkpoints.ndjson');
  // Its receiver only fails, and its address is a secret too.
  const receiver = await startReceiver(t, () => 500);
  const child = spawnBound(process.execPath, ['src/main.ts'], {
    env: {
      ...plainEnvironment,
      AUTH: 'oidc',
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: audience,
      PORT: '0',
      LOG_LEVEL: 'trace',
      DATABASE_URL: Object.assign(new URL(url), { username: 'planted', password: secrets.databasePassword })
        .href,
      MEMBER_EXTERNAL_ID: memberExternalId,
      ORGANIZATIONS_ROLE_ARN: `arn:aws:iam::${management}:role/RolewrightOrganizations`,
      ORGANIZATIONS_EXTERNAL_ID: secrets.organizationsExternalId,
      AUDIT_SIGNING_KEY: privateKey,
      AUDIT_CHECKPOINT_SINK: pathToFileURL(checkpoints).href,
      AUDIT_CHECKPOINT_SECONDS: '1',
      WEBHOOK_URL: `${receiver.url}?token=${secrets.webhookToken}`,
      WEBHOOK_SECRET: `whsec_${secrets.webhookKey}`,
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: secrets.awsAccessKeyId,
      AWS_SECRET_ACCESS_KEY: secrets.awsSecretAccessKey,
      AWS_REGION: 'us-east-1',
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk));
  const ended = once(child, 'close');
  t.teardown(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
    return ended;
  });
  while (!log.includes('Server listening') && child.exitCode === null)
    await Promise.race([once(child.stdout, 'data'), ended]);
  const { origin, port } = new URL(/Server listening at (http:[^"]+)/.exec(log)?.[1] ?? '');

  const answers: { status: number; text: string }[] = [];
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<number> => {
    const mark = `${path.includes('?') ? '&' : '?'}token=${secrets.queryString}`;
    const answer = await fetch(
      `${origin}${path}${path.startsWith('/v1/accounts/1') && method === 'GET' ? mark : ''}`,
      {
        method,
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
    );
    answers.push({
      status: answer.status,
      text: `${JSON.stringify([...answer.headers])}${await answer.text()}`,
    });
    return answer.status;
  };
  const role = (accountId: string) => `/v1/accounts/${accountId}/execution-roles/${roleName}`;
  const clusters = (...names: string[]) => ({
    clusters: names.map((name) => ({ region: 'us-west-2', name })),
  });

  // A service token. The one answer that shows it is not searched.
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const made = await fetch(`${origin}/v1/service-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'planted', groups: ['rolewright-administrators'], expiresAt }),
  });
  const { token: serviceToken, serviceToken: shown } = (await made.json()) as {
    token: string;
    serviceToken: { id: string };
  };
  secrets.serviceToken = serviceToken.slice(21, 85);
  const withServiceToken = { authorization: `Bearer ${serviceToken}` };
  t.equal(await send('GET', '/v1/service-tokens', undefined, withServiceToken), 200);
  for (const wrong of [
    secrets.wrongToken,
    `${serviceToken}0`,
    serviceToken.slice(0, -1),
    `${accessToken}x`,
    `x${accessToken}`,
  ])
    t.equal(await send('GET', '/v1/service-tokens', undefined, { authorization: `Bearer ${wrong}` }), 401);
  t.equal(await send('GET', `/v1/changes?access_token=${serviceToken}`, undefined, withServiceToken), 400);

  // Writes, through both faces.
  t.equal(await send('PUT', `/v1/accounts/${one}`, { name: 'one' }, withServiceToken), 201);
  const put = { name: 'two', externalId: ownExternalId };
  t.equal(await send('PUT', `/v1/accounts/${two}`, put, { 'idempotency-key': 'put-two' }), 201);
  t.equal(
    await send('POST', `/v1/accounts/${one}/execution-roles`, clusters('a'), { 'idempotency-key': 'create' }),
    201,
  );
  t.equal(await send('POST', `/v1/accounts/${two}/execution-roles`, clusters('a')), 201);
  const mutation = `mutation { extendExecutionRole(input: { accountId: "${two}", roleName: "${roleName}", clusters: [{ region: "us-west-2", name: "b" }] }) { change { outcome } } }`;
  t.equal(await send('POST', '/graphql', { query: mutation }), 200);

  // Refusals.
  t.equal(await send('GET', `/v1/accounts/${one}`), 400, 'an unknown field of the query');
  t.equal(
    await send('PUT', `/v1/accounts/${two}`, `{"externalId": "${ownExternalId}", `),
    400,
    'half a body',
  );
  t.equal(await send('PUT', `/v1/accounts/${two}`, { ...put, name: '' }), 400);
  t.equal(await send('POST', '/graphql', `{"query": "{ ${ownExternalId}`), 400);
  world.putRole({ accountId: one, roleName: 'open', trustText: JSON.stringify(trustOf(['*'])) });
  t.equal(await send('POST', `${role(one).replace(roleName, 'open')}/extend`, clusters('b')), 409);
  const raw = connect(Number(port), '127.0.0.1');
  raw.end(
    `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${serviceToken}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  );
  raw.on('data', (chunk: Buffer) => answers.push({ status: 401, text: String(chunk) }));
  await once(raw, 'close');
  t.equal(await send('DELETE', `/v1/service-tokens/${shown.id}`, {}), 200);
  t.equal(await send('GET', '/v1/accounts', undefined, withServiceToken), 401, 'one that is revoked');

  // Faults of AWS.
  for (const rule of [
    { action: 'iam:UpdateAssumeRolePolicy', code: 'ServiceFailure', status: 500 },
    { action: 'iam:UpdateAssumeRolePolicy', kind: 'reset' as const },
    { action: 'iam:GetRole', code: 'AccessDenied', status: 403 },
  ]) {
    world.addFaults({ fail: [rule] });
    t.ok(
      (await send('POST', `${role(one)}/extend`, clusters(`c${answers.length}`))) >= 400,
      JSON.stringify(rule),
    );
    world.clearFaults();
  }
  t.equal(
    await send('PUT', `/v1/accounts/${unreachable}`, { name: 'three', externalId: ownExternalId }),
    201,
  );
  t.ok(
    (await send('POST', `${role(unreachable)}/check`, clusters('a'))) >= 500,
    'a member role that is not there',
  );

  // Imports: one that is done, one that AWS refuses.
  const lastAnswer = () => answers.at(-1)?.text ?? '';
  for (const [state, code] of [
    ['DONE', null],
    ['FAILED', 'AccessDeniedException'],
  ] as const) {
    if (code) world.addFaults({ fail: [{ action: 'organizations:ListAccounts', code, status: 400 }] });
    t.equal(await send('POST', '/v1/accounts/import', {}), 202);
    const [id] = /import_[\w-]+/.exec(lastAnswer()) ?? [];
    do await send('GET', `/v1/account-imports/${id}`);
    while (lastAnswer().includes('"RUNNING"'));
    t.match(lastAnswer(), `"state":"${state}"`);
    await send('GET', `/v1/account-imports/${id}/changes`);
    world.clearFaults();
  }

  // Sweeps with an account that fails: started, followed, subscribed to, and by a schedule, whose job fails
  // at first.
  const select = { accountIds: [one, two, unreachable] };
  const sweeps: string[] = [];
  for (const input of [
    { operation: 'CHECK', select },
    { operation: 'EXTEND', select, ...clusters('swept'), reason: 'x' },
  ]) {
    t.equal(await send('POST', '/v1/sweeps', input), 202);
    sweeps.push(/sweep_[\w-]+/.exec(lastAnswer())?.[0] ?? '');
  }
  // Side by side: each waits for the account that cannot be reached.
  t.same(await Promise.all(sweeps.map((id) => send('GET', `/v1/sweeps/${id}/events`))), [200, 200]);
  for (const id of sweeps) {
    t.equal(await send('GET', `/v1/sweeps/${id}/results`), 200);
    t.match(lastAnswer(), 'ACCOUNT_UNREACHABLE');
  }
  // Node's own takes headers, which the types of browsers do not know.
  const init = { protocols: 'graphql-transport-ws', headers: { authorization: `Bearer ${accessToken}` } };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, init as unknown as string);
  const subscribed = Promise.withResolvers<void>();
  socket.addEventListener('message', ({ data }) => {
    answers.push({ status: 200, text: String(data) });
    const query = `subscription { sweepProgress(id: "${sweeps[0]}") { id actor { subject } } }`;
    if (String(data).includes('connection_ack'))
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    if (/"type":"(complete|error)"/.test(String(data))) subscribed.resolve();
  });
  await once(socket, 'open');
  socket.send(
    JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${secrets.wrongToken}` } }),
  );
  await subscribed.promise;
  t.match(lastAnswer(), 'complete');
  socket.close();

  const schedule = { cron: '0 3 1 1 *', sweep: { select } };
  t.equal(await send('PUT', '/v1/schedules/planted', schedule), 201);
  const isDue = `INSERT INTO pgboss.job (name, data) VALUES ('schedule', '{"name":"planted"}')`;
  const kept = `SELECT row_to_json(x)::text AS row FROM pgboss.job x WHERE name = 'schedule' AND output IS NOT NULL`;
  await runSql(url, 'ALTER TABLE schedule RENAME TO hidden', isDue);
  // Its next attempt overwrites the error that the queue has stored.
  let failure: string | undefined;
  while (failure === undefined) failure = (await runSql(url, kept))[0]?.rows[0]?.row;
  t.match(failure, /"stack"/);

  await runSql(url, 'ALTER TABLE hidden RENAME TO schedule', isDue);
  // The verdict has changed, so the webhook gets an event.
  world.putRole({ accountId: one, roleName, trustText: JSON.stringify(trustOf(['*'])) });
  do await send('GET', '/v1/schedules/planted');
  while (!/"lastSweepId":"/.test(lastAnswer()));
  t.equal(await send('GET', `/v1/sweeps/${/sweep_[\w-]+/.exec(lastAnswer())?.[0]}/events`), 200);

  // Faults of the webhook: it refuses, then it is gone. The log says so once the failure is stored.
  const isTold = async (reason: string) => {
    while (!log.includes(reason)) await Promise.race([once(child.stdout, 'data'), ended]);
  };
  await runSql(
    url,
    `INSERT INTO verdict_event (id, account_id, role_key, body) VALUES ('event-1', '${one}', 'a', '{"subject":"${one}/a"}')`,
  );
  await isTold('the receiver answered 500');
  await receiver.close();
  await runSql(
    url,
    `INSERT INTO verdict_event (id, account_id, role_key, body) VALUES ('event-2', '${one}', 'b', '{"subject":"${one}/b"}')`,
  );
  await isTold('the receiver cannot be reached');
  t.equal(await send('GET', '/v1/webhooks/dead-letters'), 200);

  // Faults of the database: it quotes the row that it refuses, and the statement that it cannot run.
  await runSql(url, 'ALTER TABLE account ADD CONSTRAINT refused CHECK (false) NOT VALID');
  t.ok((await send('PUT', `/v1/accounts/${two}`, { ...put, name: 'again' })) >= 500);
  await runSql(url, 'ALTER TABLE account DROP CONSTRAINT refused', 'ALTER TABLE account RENAME TO hidden');
  t.ok((await send('PUT', `/v1/accounts/${two}`, { ...put, name: 'again' })) >= 500);
  await runSql(url, 'ALTER TABLE hidden RENAME TO account', 'ALTER TABLE ledger_entry RENAME TO hidden');
  t.ok((await send('POST', `${role(one)}/extend`, clusters('z'))) >= 500);
  await runSql(url, 'ALTER TABLE hidden RENAME TO ledger_entry');

  child.kill('SIGTERM');
  await ended;
  t.ok(
    receiver.requests.some(({ body }) => body.includes('io.rolewright.verdict.changed')),
    'the webhook was told of a verdict',
  );
  const [tables] = await runSql(
    url,
    `SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const rows = [`pgboss.job ${failure}`];
  for (const { schemaname, tablename } of tables?.rows ?? [])
    for (const { row } of (
      await runSql(url, `SELECT row_to_json(x)::text AS row FROM "${schemaname}"."${tablename}" x`)
    )[0]?.rows ?? [])
      rows.push(`${schemaname}.${tablename} ${row}`);
  const issued = world.issued();
  t.ok(issued.length > 5);
  for (const [i, { secretAccessKey, sessionToken }] of issued.entries())
    Object.assign(secrets, {
      [`temporary secret access key ${i}`]: secretAccessKey,
      [`session token ${i}`]: sessionToken,
    });

  const places = {
    log: log.split('\n'),
    answers: answers.map(({ status, text }) => `${status} ${text}`),
    database: rows,
  };
  const found = (lines: string[], text: string) =>
    lines.filter((line) => spellings(text).some((one) => line.includes(one)));
  for (const [place, lines] of Object.entries(places)) {
    t.ok(found(lines, one).length > 0, `${place}: the search finds a known text`);
    for (const [name, secret] of Object.entries(secrets))
      t.same(found(lines, secret), [], `${place}: ${name}`);
  }
  // In the resource and its row, in the answer stored for a key, and nowhere else.
  for (const [name, externalId] of Object.entries({ ownExternalId, memberExternalId })) {
    t.same(found(places.log, externalId), [], `log: ${name}`);
    t.same(
      found(places.answers, externalId).filter((line) => !/^20[01] .*"memberRoleArn"/.test(line)),
      [],
      `answers: ${name} is in accounts alone`,
    );
    const tables = new Set(found(rows, externalId).map((line) => line.split(' ')[0]));
    t.same(
      [...tables].sort(),
      name === 'ownExternalId' ? ['public.account', 'public.idempotency_key'] : [],
      `database: ${name}`,
    );
  }
});
