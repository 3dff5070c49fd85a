import { randomInt } from 'node:crypto';
import type { Page } from 'playwright-core';
import { assertAccessible, service, testPage } from '#test/support/console.ts';
import { readRole, seedAccount, seedRole, slowDown, trustOf } from '#test/support/console-aws.ts';

// The fleet: what it counts, its filters, a check that runs, and the keyboard. The API is the judge.

/** Three accounts with a label of their own: one needs repair, one is compliant, and one is slow. */
async function seedFleet() {
  const team = `browser-${randomInt(1e9)}`;
  const labels = { team };
  const good = await seedAccount({ labels, roles: { 'pods-good': ['shop'] } });
  const bad = await seedAccount({ labels });
  const [statement] = trustOf().Statement;
  const { Condition: _, ...open } = statement ?? {};
  await seedRole({ accountId: bad, roleName: 'pods-open', trust: { ...trustOf(), Statement: [open] } });
  const slow = await seedAccount({ labels, roles: { 'pods-slow': ['late'] } });
  return { label: `team=${team}`, path: `/?label=team%3D${team}`, good, bad, slow };
}

const check = async (label: string) => {
  const [key = '', value = ''] = label.split('=');
  const { id } = await service().startSweep({ operation: 'CHECK', select: { labels: { [key]: value } } });
  for await (const { state } of service().streamSweepEvents({ id })) if (state === 'DONE') return;
};

const count = (page: Page, text: string) =>
  page.getByRole('region', { name: 'Roles by verdict' }).getByRole('link', { name: text, exact: true });
const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent');

testPage(
  'an operator checks what is filtered, and the progress survives a reload',
  { as: 'operator' },
  async (t, page) => {
    const { label, path, slow } = await seedFleet();
    await slowDown(slow, 3000);
    await page.goto(path);
    await count(page, '0 compliant').waitFor();
    await page.getByText('No role matches these filters.').waitFor();
    await page.getByRole('button', { name: 'Check these …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Check roles' });
    await dialog.getByRole('button', { name: 'Check 3 accounts' }).click();
    const panel = page.getByRole('region', { name: 'Check' });
    await panel.getByRole('progressbar', { name: 'Accounts that are done' }).waitFor();
    await panel.getByText(/^2 of 3 accounts/).waitFor();
    await assertAccessible(t, page, 'a check that runs');
    await page.reload();
    await panel.getByText(/^2 of 3 accounts/).waitFor();
    await slowDown(slow, 0);
    t.equal(
      (await service().getPosture({ label: [label] })).verdicts.NEEDS_REPAIR,
      1,
      'the API knows it too',
    );
    await panel.getByText(/^is done/).waitFor();
    await panel.getByText('3 roles are new').waitFor();
    await count(page, '2 compliant').waitFor();
    await count(page, '1 needs repair').waitFor();
    t.match(await service().getPosture({ label: [label] }), {
      total: 3,
      verdicts: { COMPLIANT: 2, NEEDS_REPAIR: 1 },
    });
    await panel.getByRole('button', { name: 'Close' }).click();
    await panel.waitFor({ state: 'detached' });
  },
);

testPage('filters stand in the address', { as: 'viewer' }, async (t, page) => {
  const { label, path } = await seedFleet();
  await check(label);
  await page.goto(path);
  const rows = page.getByRole('table', { name: 'Roles' }).getByRole('row');
  await rows.nth(3).waitFor();
  t.equal(
    await page.getByRole('button', { name: /check (all|these)/i }).count(),
    0,
    'a viewer checks nothing',
  );
  await count(page, '1 needs repair').click();
  await page.waitForURL('**verdict=NEEDS_REPAIR');
  await rows.nth(2).waitFor({ state: 'detached' });
  t.match(await rows.nth(1).textContent(), 'pods-open');
  await page.reload();
  await rows.nth(1).waitFor();
  t.equal(await rows.count(), 2, 'the heading and one role, after a reload too');
  await page.getByRole('button', { name: 'Remove the filter Verdict: Needs repair' }).click();
  await rows.nth(3).waitFor();
  await page.getByRole('searchbox', { name: 'Search' }).fill('good');
  await page.waitForURL('**q=good');
  await rows.nth(2).waitFor({ state: 'detached' });
  t.match(await rows.nth(1).textContent(), 'pods-good');
  await page.goBack();
});

testPage('the fleet and its roles, by keyboard alone', { as: 'operator' }, async (t, page) => {
  const { label, path, good, bad } = await seedFleet();
  await check(label);
  await page.goto(path);
  const table = page.getByRole('table', { name: 'Roles' });
  await table.getByRole('row').nth(3).waitFor();
  const names = await table.getByRole('link').allTextContents();
  const [first = '', second = ''] = names;
  const isFocused = (name: string) => page.locator(':focus', { hasText: name }).waitFor();
  for (const [key, name] of [
    ['j', first],
    ['j', second],
    ['k', first],
  ] as const) {
    await page.keyboard.press(key);
    await isFocused(name);
  }
  // A check reads the role as it is now.
  await seedRole({
    accountId: bad,
    roleName: 'pods-open',
    trust: trustOf(`arn:aws:eks:us-west-2:${bad}:fargateprofile/shop/*`),
  });
  while ((await focused(page)) !== 'pods-open') {
    const at = names.indexOf(await focused(page));
    await page.keyboard.press('j');
    await isFocused(names[at + 1] ?? '');
  }
  await page.keyboard.press('c');
  await page
    .getByRole('status')
    .getByText(/^pods-open in .*: Compliant\.$/)
    .waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await isFocused('pods-open');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/roles/${bad}/pods-open`);
  await page.getByRole('heading', { level: 1, name: 'pods-open' }).waitFor();

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /^Search/ }).waitFor();
  await page.keyboard.type(`pods-good ${good}`);
  await page.getByRole('option', { name: `pods-good account-${good}` }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/roles/${good}/pods-good`);
  await page.getByRole('heading', { level: 1, name: 'pods-good' }).waitFor();
  await page.getByRole('button', { name: 'Add clusters' }).waitFor();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Add clusters' });
  await dialog.waitFor();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const tabTo = async (name: string) => {
    const field = dialog.getByRole('textbox', { name });
    while (!(await field.evaluate((one) => one === one.ownerDocument.activeElement))) await press('Tab');
  };
  await tabTo('Region');
  await page.keyboard.type('us-west-2');
  await press('Tab');
  await page.keyboard.type('typed');
  await press('Enter');
  await dialog.getByText('us-west-2/typed can use the role.').waitFor();
  await tabTo('Reason');
  await page.keyboard.type('by keys');
  await press('Enter');
  await dialog.getByRole('region', { name: 'Done' }).waitFor();
  t.match(JSON.stringify(await readRole(good, 'pods-good')), 'fargateprofile/typed/*');
});

testPage(
  'an auditor is told that the fleet is not for him, and what is',
  { as: 'auditor', expected: /403/ },
  async (t, page) => {
    await page.getByRole('heading', { name: 'You may not see the fleet' }).waitFor();
    t.notMatch(await page.getByRole('main').textContent(), /compliant/i, 'nothing is counted');
    await assertAccessible(t, page, 'the refusal');
    await page.getByRole('main').getByRole('link', { name: 'history of all changes' }).click();
    await page.getByRole('heading', { level: 1, name: 'History' }).waitFor();
  },
);
