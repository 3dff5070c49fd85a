import { asUser, clusterOf, refOf, testBackstage } from '#test/support/backstage.ts';
import { service } from '#test/support/console.ts';
import { lineOf, readRole } from '#test/support/console-aws.ts';

// Templates, run to their end by a signed-in person.

const accountId = '111122223333';
const roleName = 'AmazonEKSFargatePodExecutionRole';
const trustText = async (account = accountId) => JSON.stringify((await readRole(account, roleName)).trust);
const historyOf = async (name: string) =>
  (await service().listChanges({ accountId, cluster: `us-west-2/${name}` })).items;

testBackstage('a template extends a role, and the history has both names', async (t) => {
  const olivia = await asUser('olivia');
  const values = {
    entityRef: refOf('payments'),
    region: 'us-west-2',
    cluster: 'bs-template',
    reason: 'CHG-7',
  };
  const { status, output, log } = await olivia.run('fargate-role', values);
  t.equal(status, 'completed', log);
  t.match(await trustText(), lineOf(accountId, 'bs-template'), 'IAM has the line');
  const [change, ...more] = await historyOf('bs-template');
  t.match(change, { kind: 'EXTEND', outcome: 'SUCCEEDED', reason: 'CHG-7' });
  t.match(change, { actor: { issuer: 'rolewright', subject: /backstage/ } }, 'the actor is the token');
  t.match(change, { onBehalfOf: { subject: 'user:default/olivia' } }, 'on behalf of the person');
  t.same(more, []);
  t.match(
    output.text[0].content,
    /^The role .* of account 111122223333 now covers us-west-2\/bs-template\.$/,
  );
  t.match(output.links[1].url, new RegExp(`/history/${change?.id}$`));
  t.notOk(/undefined|null/.test(log), log);

  const again = await olivia.run('fargate-role', values);
  t.equal(again.status, 'completed', again.log);
  t.match(again.output.text[0].content, /can start pods on Fargate in us-west-2\/bs-template/);
  t.equal((await historyOf('bs-template')).length, 1, 'a second run writes nothing');
});

testBackstage('a dry run of the template changes nothing, and shows the diff', async (t) => {
  const olivia = await asUser('olivia');
  const before = await trustText();
  const template = (await olivia.ask('/api/catalog/entities/by-name/template/default/fargate-role')).body;
  const { status, body } = await olivia.ask('/api/scaffolder/v2/dry-run', {
    template,
    values: { entityRef: refOf('payments'), region: 'us-west-2', cluster: 'bs-dry' },
    directoryContents: [],
  });
  t.equal(status, 200, JSON.stringify(body).slice(0, 500));
  const log = body.log.map((one: { body: { message: string } }) => one.body.message).join('\n');
  t.match(log, /would cover us-west-2\/bs-dry/);
  t.match(log, `+ `, 'the diff is in the log');
  t.match(log, lineOf(accountId, 'bs-dry'));
  t.equal(await trustText(), before);
  t.same(await historyOf('bs-dry'), []);
});

testBackstage('a task that is tried again does not write twice', async (t) => {
  const olivia = await asUser('olivia');
  const first = await olivia.run('fails-after', {
    entityRef: refOf('payments'),
    clusters: [clusterOf('bs-again')],
  });
  t.equal(first.status, 'failed');
  t.match(await trustText(), lineOf(accountId, 'bs-again'), 'its first step has written');
  // Somebody takes the line away in between. A second write would bring it back.
  await service().retractCluster({ accountId, roleName, region: 'us-west-2', name: 'bs-again' });
  const second = await olivia.retry(first);
  t.equal(second.status, 'failed');
  t.notMatch(await trustText(), lineOf(accountId, 'bs-again'));
  t.same(
    (await historyOf('bs-again')).map(({ kind }) => kind),
    ['RETRACT', 'EXTEND'],
  );
});

testBackstage('a template creates the role that an entity names', async (t) => {
  const olivia = await asUser('olivia');
  const { status, output, log } = await olivia.run('create-role', {
    entityRef: refOf('data'),
    clusters: [clusterOf('bs-new')],
    reason: 'CHG-8',
  });
  t.equal(status, 'completed', log);
  t.match(output.sentence, 'was created for us-west-2/bs-new.');
  t.match(await trustText('333344445555'), lineOf('333344445555', 'bs-new'));
});

testBackstage('whoever may not extend in Rolewright is refused in one sentence', async (t) => {
  const victor = await asUser('victor');
  const before = await trustText();
  const values = { entityRef: refOf('reports'), region: 'us-west-2', cluster: 'bs-victor' };
  const { status, log } = await victor.run('fargate-role', values);
  t.equal(status, 'failed');
  const [line = ''] = log.split('\n').filter((one) => one.includes('Permission denied'));
  t.match(line, 'Permission denied to user:default/victor: extendExecutionRole in account 111122223333.');
  t.ok(line.length < 250 && !/[{}]/.test(line), line);
  t.equal(await trustText(), before);
  t.match(
    (await historyOf('bs-victor'))[0],
    { outcome: 'FAILED', error: { code: 'FORBIDDEN' }, onBehalfOf: { subject: 'user:default/victor' } },
    'the attempt is in the history',
  );
});
