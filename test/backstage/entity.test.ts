import { startBackstage } from '#dev/backstage/backend.ts';
import { instruction } from '#dev/backstage/catalog.ts';
import { personaSecret } from '#dev/sandbox/issuer.ts';
import { askAs, asUser, clusterOf, refOf, testBackstage } from '#test/support/backstage.ts';
import { service } from '#test/support/console.ts';
import { lineOf, readRole } from '#test/support/console-aws.ts';

// The role of an entity, by the HTTP API of the plugin.

const accountId = '111122223333';
const roleName = 'AmazonEKSFargatePodExecutionRole';
const trustText = async () => JSON.stringify((await readRole(accountId, roleName)).trust);
const attempts = async (name: string) =>
  (await service().listChanges({ accountId, cluster: `us-west-2/${name}` })).items;

testBackstage('an overview, a preview and an extension', async (t) => {
  const olivia = await asUser('olivia');
  const { status, body } = await olivia.overview('payments');
  t.equal(status, 200, JSON.stringify(body));
  t.match(body, {
    role: { accountId, roleName, roleArn: /^arn:aws:iam::/ },
    verdict: 'COMPLIANT',
    mayExtend: true,
  });
  t.ok(body.clusters.some(({ name }: { name: string }) => name === 'checkout'));
  t.match(body.readiness[0], { cluster: { region: 'us-west-2' }, verdict: /READY|UNKNOWN/ });
  t.match(body.consoleUrl, `/roles/${accountId}/${roleName}`);

  const preview = await olivia.extend('payments', 'bs-api', { dryRun: true });
  t.match(preview.body, { change: null, sentence: /would cover us-west-2\/bs-api/ });
  t.match(preview.body.diff, lineOf(accountId, 'bs-api'));
  t.notMatch(await trustText(), lineOf(accountId, 'bs-api'), 'a preview writes nothing');

  const key = { reason: 'CHG-9', idempotencyKey: 'preview-1' };
  const done = await olivia.extend('payments', 'bs-api', key);
  t.match(done.body, {
    sentence: /now covers us-west-2\/bs-api/,
    change: { kind: 'EXTEND', outcome: 'SUCCEEDED', onBehalfOf: 'user:default/olivia', reason: 'CHG-9' },
  });
  t.match(await trustText(), lineOf(accountId, 'bs-api'));
  const again = await olivia.extend('payments', 'bs-api', key);
  t.equal(again.body.change.id, done.body.change.id, 'the same request has one effect');
  t.equal((await olivia.overview('payments')).body.changes[0].id, done.body.change.id);
});

testBackstage('each refusal is one sentence and its remedy', async (t) => {
  const [olivia, victor, sam] = await Promise.all([asUser('olivia'), asUser('victor'), asUser('sam')]);
  const before = await trustText();
  const refusals = [
    ['the person may only read in Rolewright', await victor.extend('reports', 'bs-no'), 403, 'FORBIDDEN'],
    ['the person has no group in Rolewright', await sam.overview('visitors'), 403, 'FORBIDDEN'],
    ['the person does not own the entity', await olivia.extend('reports', 'bs-no'), 403, 'NOT_PERMITTED'],
    ['the token does not have the account', await olivia.overview('mispointed'), 403, 'FORBIDDEN'],
    ['the token does not have it for a write', await olivia.extend('mispointed', 'bs-no'), 403, 'FORBIDDEN'],
    ['the entity has no annotations', await olivia.overview('unannotated'), 404, 'NO_ANNOTATION'],
    ['no such entity', await olivia.ask('/api/rolewright/overview?entityRef=a:b/c'), 404, 'NO_ENTITY'],
    ['no entity ref', await olivia.ask('/api/rolewright/overview?entityRef=../../x'), 400, 'INVALID_INPUT'],
    [
      'no Region',
      await olivia.extend('payments', 'x', { clusters: [{ region: 'moon', name: 'x' }] }),
      400,
      'INVALID_INPUT',
    ],
    [
      'an account in the request',
      await olivia.extend('payments', 'x', { accountId: '222233334444' }),
      400,
      'INVALID_INPUT',
    ],
    [
      'a person in the request',
      await olivia.extend('payments', 'x', { onBehalfOf: 'x' }),
      400,
      'INVALID_INPUT',
    ],
    [
      'the trust policy has no statement to extend',
      await olivia.extend('search', 'bs-no'),
      409,
      'TRUST_MISMATCH',
    ],
    [
      'nobody is signed in',
      await askAs(null, `/api/rolewright/overview?entityRef=${refOf('payments')}`),
      401,
      undefined,
    ],
    [
      'a token that is none',
      await askAs('x', `/api/rolewright/overview?entityRef=${refOf('payments')}`),
      401,
      undefined,
    ],
  ] as const;
  for (const [name, { status, body }, expected, code] of refusals) {
    t.equal(status, expected, `${name}: ${JSON.stringify(body)}`);
    if (code === undefined) continue; // Backstage answers before the plugin is asked.
    t.match(body, { error: { code, message: /^[^\n{}]{5,300}[.…]$/, remedy: /^[^\n{}]{5,300}[.…]$/ } }, name);
    t.same(Object.keys(body), ['error']);
  }
  t.equal(await trustText(), before, 'nothing was written');
  t.match((await attempts('bs-no'))[0], {
    error: { code: 'FORBIDDEN' },
    onBehalfOf: { subject: 'user:default/victor' },
  });
});

testBackstage('a viewer sees the role, and no button', async (t) => {
  const { status, body } = await (await asUser('victor')).overview('reports');
  t.equal(status, 200, JSON.stringify(body));
  t.match(body, { verdict: 'COMPLIANT', mayExtend: false });
});

testBackstage('an entity that gives orders changes nothing, and is shown as text', async (t) => {
  const olivia = await asUser('olivia');
  const before = await trustText();
  const entity = await olivia.ask('/api/catalog/entities/by-name/component/default/instructions');
  t.match(
    entity.body.metadata,
    { title: instruction, description: instruction },
    'the catalog has the order',
  );
  const { body } = await olivia.overview('instructions');
  t.match(body, { verdict: 'COMPLIANT', role: { accountId, roleName } });
  t.notMatch(JSON.stringify(body), instruction, 'an overview has no text of the entity');
  const { output } = await olivia.run('fargate-role', {
    entityRef: refOf('instructions'),
    region: 'us-west-2',
    cluster: 'checkout',
    reason: instruction,
  });
  t.match(output.text[0].content, 'can start pods on Fargate in us-west-2/checkout');
  t.equal(await trustText(), before);

  const { body: done } = await olivia.extend('instructions', 'bs-order', { reason: instruction });
  t.equal(done.change.reason, instruction, 'a reason is text in the history');
  t.match(done.effects, { clustersGained: [clusterOf('bs-order')], clustersLost: [], statementsRemoved: 0 });
});

testBackstage('a plugin whose credential may not speak for people is refused', async (t) => {
  // The sandbox's issuer gives its operator access tokens, which the plugin gets by itself.
  const { CONSOLE_URL: baseUrl, BACKSTAGE_ISSUER: issuer } = process.env;
  const clientCredentials = {
    tokenUrl: `${issuer}/token`,
    clientId: 'operator',
    clientSecret: personaSecret,
  };
  const other = await startBackstage({ baseUrl, clientCredentials });
  t.teardown(other.stop);
  const olivia = await asUser('olivia', other.url);
  const { status, body } = await olivia.extend('payments', 'bs-mute');
  t.match(body, { error: { code: 'FORBIDDEN', remedy: /speakFor/ } });
  t.equal(status, 502);
  t.notMatch(await trustText(), lineOf(accountId, 'bs-mute'));
  const [attempt] = await attempts('bs-mute');
  t.match(
    attempt,
    { actor: { subject: 'operator' }, outcome: 'FAILED' },
    'the credential was that of the client',
  );
  t.notMatch(attempt, { onBehalfOf: { subject: String } }, 'the log names nobody on the word of that caller');
});
