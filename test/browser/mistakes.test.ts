import { assertAccessible, chooseCluster, service, testPage } from '#test/support/console.ts';
import { lineOf, readRole, seedAccount, seedRole, trustOf } from '#test/support/console-aws.ts';
import { expireSession, refuseLog } from '#test/support/console-sandbox.ts';

// The commonest mistakes: each is shown with what to do about it, and nothing was written to IAM.

const roleName = 'pods';
const rolePath = (accountId: string, rest = '?mend=extend') => `/roles/${accountId}/${roleName}${rest}`;
const add = 'Add 1 cluster to the role';

/** An account with a role that has a line for the cluster `old`. */
const seed = () => seedAccount({ roles: { [roleName]: ['old'] } });
const trustIn = async (accountId: string) => (await readRole(accountId, roleName)).trust;

testPage(
  '401: the session ends while somebody types, and what was typed is kept',
  { as: 'operator', expected: /401/ },
  async (t, page) => {
    const accountId = await seed();
    const before = await trustIn(accountId);
    await page.goto(rolePath(accountId));
    await chooseCluster(page, 'us-west-2', 'late');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('CHG-401');
    const end = await expireSession(page);
    await dialog.getByRole('button', { name: 'Choose other clusters' }).click();
    await dialog.getByRole('textbox', { name: 'Cluster', exact: true }).fill('later');
    await dialog.getByRole('button', { name: 'Review the change' }).click();
    const words = 'Your session ended. Sign in to go on; what you typed is kept.';
    await dialog.getByRole('alert').getByText(words).waitFor();
    await assertAccessible(t, page, 'the session that ended, in the drawer');
    await dialog.getByRole('button', { name: 'Close' }).click();
    const bar = page.getByRole('alert').filter({ hasText: words }).first();
    await bar.waitFor();
    await assertAccessible(t, page, 'the session that ended, on the page');
    t.same(await trustIn(accountId), before);

    await end();
    await bar.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    t.ok(page.url().endsWith(rolePath(accountId, '')), 'signing in leads back');
    await page.getByRole('button', { name: 'Add clusters' }).click();
    await dialog.getByText('us-west-2/later can use the role.').waitFor();
    t.equal(await dialog.getByRole('textbox', { name: 'Reason' }).inputValue(), 'CHG-401');
    t.same(await trustIn(accountId), before, 'nothing was changed');
  },
);

testPage(
  '401: a change that was sent when the session had ended is applied once, after signing in',
  { as: 'operator', expected: /401/ },
  async (t, page) => {
    const accountId = await seed();
    await page.goto(rolePath(accountId));
    await chooseCluster(page, 'us-west-2', 'once');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('CHG-1401');
    const end = await expireSession(page);
    await dialog.getByRole('button', { name: add }).click();
    await dialog.getByRole('alert').getByText('Your session ended.').waitFor();
    t.same(await trustIn(accountId), trustOf(lineOf(accountId, 'old')), 'nothing was changed');
    await end();
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.getByRole('region', { name: 'Done' }).waitFor();
    t.match(JSON.stringify(await trustIn(accountId)), lineOf(accountId, 'once'));
    const { items } = await service().listChanges({ accountId });
    t.match(items, [{ kind: 'EXTEND', outcome: 'SUCCEEDED', reason: 'CHG-1401' }], 'one change');
    t.equal(items.length, 1);
  },
);

testPage(
  '409: a role that needs repair offers how to mend it',
  { as: 'operator', expected: /409/ },
  async (t, page) => {
    const open = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    };
    const accountId = await seedAccount();
    await seedRole({ accountId, roleName, trust: open });
    await page.goto(rolePath(accountId));
    await chooseCluster(page, 'us-west-2', 'search');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('alert').getByText('TRUST_MISMATCH').waitFor();
    await dialog.getByRole('button', { name: 'Write the trust policy anew' }).waitFor();
    await assertAccessible(t, page, 'the refusal');
    t.same(await trustIn(accountId), open, 'nothing was changed');
    await dialog.getByRole('button', { name: 'Mend what is wrong, keep all else' }).click();
    const apply = dialog.getByRole('button', { name: 'confine the role' });
    await apply.waitFor();
    t.equal(await apply.isDisabled(), true, 'what is lost has to be ticked first');
    for (const loss of await dialog.getByRole('checkbox').all()) await loss.check();
    await apply.click();
    await dialog.getByRole('region', { name: 'Done' }).waitFor();
    t.match(JSON.stringify(await trustIn(accountId)), lineOf(accountId, 'search'));
  },
);

testPage('409: a cluster that others claim', { as: 'operator', expected: /409/ }, async (t, page) => {
  const accountId = await seed();
  await service().extendExecutionRole({
    accountId,
    roleName,
    clusters: [{ region: 'us-west-2', name: 'claimed' }],
    claimant: 'terraform/shop',
  });
  const before = await trustIn(accountId);
  await page.goto(rolePath(accountId, '?mend=retract&with=us-west-2/claimed'));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('alert').getByText('CLUSTER_CLAIMED').waitFor();
  t.match(await dialog.textContent(), /us-west-2\/claimed: terraform\/shop needs it/);
  await assertAccessible(t, page, 'the refusal');
  await dialog.getByRole('checkbox', { name: /Take the role from clusters that others claim/ }).check();
  await dialog.getByRole('button', { name: 'Remove the line from the role' }).waitFor();
  t.same(await trustIn(accountId), before, 'nothing was changed');
});

testPage(
  '412: somebody changes the role between review and apply',
  { as: 'operator', expected: /412/ },
  async (t, page) => {
    const accountId = await seed();
    await page.goto(rolePath(accountId));
    await chooseCluster(page, 'us-west-2', 'mine');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('CHG-412');
    const theirs = trustOf(lineOf(accountId, 'old'), lineOf(accountId, 'theirs'));
    await seedRole({ accountId, roleName, trust: theirs });
    await dialog.getByRole('button', { name: add }).click();
    const alert = dialog.getByRole('alert');
    await alert
      .getByText('Somebody changed this role while you were reading. Here is what changed; review again.')
      .waitFor();
    await alert.getByText(lineOf(accountId, 'theirs')).first().waitFor();
    await dialog.getByRole('button', { name: add }).waitFor();
    await assertAccessible(t, page, 'the role that was changed');
    t.same(await trustIn(accountId), theirs, 'nothing was changed');
    t.equal(await dialog.getByRole('textbox', { name: 'Reason' }).inputValue(), 'CHG-412');
    await dialog.getByRole('button', { name: add }).click();
    await dialog.getByRole('region', { name: 'Done' }).waitFor();
    const now = JSON.stringify(await trustIn(accountId));
    for (const cluster of ['old', 'theirs', 'mine']) t.match(now, lineOf(accountId, cluster));
  },
);

testPage(
  '422: the trust policy would be too long, and something fits',
  { as: 'operator', expected: /422/ },
  async (t, page) => {
    const clusters = Array.from({ length: 28 }, (_, index) => `cluster-${index}`);
    const accountId = await seedAccount({ roles: { [roleName]: clusters } });
    const before = await trustIn(accountId);
    await page.goto(rolePath(accountId));
    const dialog = page.getByRole('dialog');
    await chooseCluster(page, 'us-west-2', 'c'.repeat(100));
    await dialog.getByRole('alert').getByText('QUOTA_EXCEEDED').waitFor();
    await assertAccessible(t, page, 'the refusal');
    await dialog.getByRole('button', { name: 'Review what fits' }).click();
    await dialog.getByRole('button', { name: /the role$/ }).waitFor();
    t.same(await trustIn(accountId), before, 'nothing was changed');
  },
);

testPage(
  '400: a wrong Region is named at its field',
  { as: 'operator', expected: /400/ },
  async (t, page) => {
    const accountId = await seed();
    const before = await trustIn(accountId);
    await page.goto(rolePath(accountId));
    const dialog = page.getByRole('dialog');
    const region = dialog.getByRole('textbox', { name: 'Region' });
    // What the page knows to be wrong is not sent.
    await chooseCluster(page, 'Oregon', 'shop');
    t.equal(await region.getAttribute('aria-invalid'), 'true');
    await dialog.getByText('Write a Region such as us-west-2, or * for all.').waitFor();
    await assertAccessible(t, page, 'the field that is wrong');
    // The partition of the account has no such Region: that the service knows.
    await chooseCluster(page, 'cn-north-1', 'shop');
    await dialog.getByText('Must be a Region of partition aws, where this account is').waitFor();
    t.equal(await region.getAttribute('aria-invalid'), 'true', 'the field is marked');
    await assertAccessible(t, page, 'the field that the service names');
    await region.fill('us-west-2');
    t.equal(await region.getAttribute('aria-invalid'), null, 'another value is not wrong');
    t.same(await trustIn(accountId), before, 'nothing was changed');
  },
);

testPage('503: the log cannot be written', { as: 'operator', expected: /503/ }, async (t, page) => {
  const accountId = await seed();
  const before = await trustIn(accountId);
  await page.goto(rolePath(accountId));
  await chooseCluster(page, 'us-west-2', 'shop');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('CHG-503');
  const end = await refuseLog(accountId);
  t.teardown(end);
  await dialog.getByRole('button', { name: add }).click();
  await dialog
    .getByText('The log cannot be written, so nothing was changed. Try again in a minute.')
    .waitFor();
  await assertAccessible(t, page, 'the refusal');
  t.same(await trustIn(accountId), before, 'nothing was changed');
  await end();
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByRole('region', { name: 'Done' }).waitFor();
  t.match(JSON.stringify(await trustIn(accountId)), lineOf(accountId, 'shop'));
  const { items } = await service().listChanges({ accountId });
  t.match(items, [{ outcome: 'SUCCEEDED', reason: 'CHG-503' }]);
  t.equal(items.length, 1);
});
