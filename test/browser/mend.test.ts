import { assertAccessible, chooseCluster, service, testPage } from '#test/support/console.ts';
import { lineOf, readRole, seedRole, trustOf } from '#test/support/console-aws.ts';

// The drawer that changes a role. IAM is the judge.

const roleName = 'AmazonEKSFargatePodExecutionRole';
const payments = '111122223333';
const search = '222233334444';
const data = '333344445555';
const rolePath = (accountId: string, rest = '') => `/roles/${accountId}/${roleName}${rest}`;

testPage('an operator adds a cluster', { as: 'operator', path: rolePath(payments) }, async (t, page) => {
  await page.getByRole('button', { name: 'Add clusters' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add clusters' });
  await chooseCluster(page, 'us-west-2', 'billing');
  await dialog.getByText('us-west-2/billing can use the role.').waitFor();
  t.notMatch(JSON.stringify(await readRole(payments, roleName)), 'billing', 'a review changes nothing');
  await assertAccessible(t, page, 'the review');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('CHG-1042 billing moves to Fargate');
  await page.reload();
  t.equal(
    await dialog.getByRole('textbox', { name: 'Reason' }).inputValue(),
    'CHG-1042 billing moves to Fargate',
    'what was typed survives a reload',
  );
  await dialog.getByRole('button', { name: 'Add 1 cluster to the role' }).click();
  await dialog.getByRole('region', { name: 'Done' }).waitFor();
  await assertAccessible(t, page, 'the outcome');
  const { trust } = await readRole(payments, roleName);
  t.match(JSON.stringify(trust), lineOf(payments, 'billing'));
  const { items } = await service().listChanges({ accountId: payments });
  t.match(items, [
    {
      kind: 'EXTEND',
      outcome: 'SUCCEEDED',
      reason: 'CHG-1042 billing moves to Fargate',
      actor: { subject: 'operator' },
    },
  ]);
  const [awsRequestId] = items[0]?.steps.map((step) => step.awsRequestId) ?? [];
  t.match(await dialog.textContent(), awsRequestId ?? 'no ID', "AWS's request ID is shown");
});

testPage(
  'a viewer may look, and is offered nothing',
  { as: 'viewer', path: rolePath(search) },
  async (t, page) => {
    await page.getByText('any cluster of any account can use this role').waitFor();
    t.same(await page.getByRole('button', { name: /add|mend|remove|create/i }).allInnerTexts(), []);
    await page.goto(rolePath(search, '?mend=extend'));
    await page.getByText('any cluster of any account can use this role').waitFor();
    t.equal(await page.getByRole('button', { name: 'Review the change' }).count(), 0);
  },
);

testPage('a role of Terraform: the patch to copy', { as: 'operator', expected: /409/ }, async (t, page) => {
  await seedRole({
    accountId: data,
    roleName: 'of-terraform',
    trust: trustOf(lineOf(data, 'old')),
    tags: { ManagedBy: 'Terraform' },
  });
  await page.goto(`/roles/${data}/of-terraform?mend=extend`);
  await chooseCluster(page, 'us-west-2', 'newer');
  const dialog = page.getByRole('dialog');
  await dialog
    .getByText(/Terraform/)
    .first()
    .waitFor();
  t.match(await dialog.textContent(), lineOf(data, 'newer'), 'the line for its source');
  await assertAccessible(t, page, 'the patch');
});
