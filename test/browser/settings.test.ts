import type { Page } from 'playwright-core';
import { createClient } from '#clients/typescript/src/index.ts';
import { addressOf, assertAccessible, service, testPage } from '#test/support/console.ts';
import { readRole, seedRole, trustOf } from '#test/support/console-aws.ts';

// The settings. What the API then answers is the judge, of claims also IAM.

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent);

testPage(
  'an administrator registers an account, edits it, and removes it',
  { as: 'administrator', path: '/settings/accounts', expected: /400/ },
  async (t, page) => {
    const accountId = '123412341234';
    await page.getByRole('link', { name: 'Register an account' }).click();
    await field(page, 'Labels').fill('team');
    await press(page, 'Register the account');
    await page.getByText('2 fields are wrong').waitFor();
    t.equal(await focused(page), 'Account ID', 'the first wrong field has the focus');
    await field(page, 'Account ID').fill('1234-1234-1234');
    await field(page, 'Labels').fill('bad key=x\nteam=browser');
    await press(page, 'Register the account');
    await page.getByText(/^bad key: /).waitFor();
    t.equal(await focused(page), 'Name', 'what the service finds wrong is at its field');
    await assertAccessible(t, page, 'a form with errors');
    await field(page, 'Name').fill('browser-1');
    await page.reload();
    await page.getByText('This is what you typed before.').waitFor();
    await field(page, 'Labels').fill('team=browser');
    await press(page, 'Dry run');
    await page.getByText(`arn:aws:iam::${accountId}:role/RolewrightMember`).waitFor();
    await t.rejects(service().getAccount({ accountId }), { code: 'ACCOUNT_UNKNOWN' }, 'nothing was stored');
    await press(page, 'Register the account');
    await page.getByText('browser-1 is registered.').waitFor();
    t.match(await service().getAccount({ accountId }), { name: 'browser-1', labels: { team: 'browser' } });

    await page.getByRole('link', { name: 'Edit browser-1' }).click();
    await field(page, 'Name').fill('browser-2');
    await press(page, 'Save the account');
    await page.getByText('browser-2 is registered.').waitFor();
    t.match(await service().getAccount({ accountId }), { name: 'browser-2', labels: { team: 'browser' } });

    await press(page, 'Remove browser-2');
    await assertAccessible(t, page, 'the question');
    await press(page, 'Cancel');
    t.match(await service().getAccount({ accountId }), { name: 'browser-2' }, 'nothing is removed unasked');
    await press(page, 'Remove browser-2');
    await press(page, 'Remove the account');
    await page.getByText('browser-2 is no longer registered.').waitFor();
    await t.rejects(service().getAccount({ accountId }), { code: 'ACCOUNT_UNKNOWN' });
  },
);

testPage(
  'an import is previewed first, and its page can be loaded again',
  { as: 'administrator', path: '/settings/accounts' },
  async (t, page) => {
    const accountId = '999999999999';
    await service()
      .deleteAccount({ accountId })
      .catch((error) => t.match(error, { code: 'ACCOUNT_UNKNOWN' }));
    await press(page, 'Preview an import');
    await page.getByText(/^Nothing was registered/).waitFor();
    await page.reload();
    await page.getByText(/^Nothing was registered/).waitFor();
    await page
      .getByRole('row', { name: new RegExp(accountId) })
      .getByText('Added')
      .waitFor();
    await assertAccessible(t, page, 'the preview');
    await t.rejects(service().getAccount({ accountId }), { code: 'ACCOUNT_UNKNOWN' });
    await page.getByRole('button', { name: /^Import these \d+ accounts$/ }).click();
    await page.getByText(/^Imported \d+ accounts: /).waitFor();
    t.match(await service().getAccount({ accountId }), { labels: { team: 'platform' } });
  },
);

testPage(
  'an operator stores a schedule, and deletes it',
  { as: 'operator', path: '/settings/schedules', expected: /400/ },
  async (t, page) => {
    const name = 'browser-hourly';
    await page.getByRole('link', { name: 'Create a schedule' }).click();
    await field(page, 'Name').fill(name);
    await field(page, 'When').fill('99 * * * *');
    await press(page, 'Create the schedule');
    await page.getByText('One field is wrong').waitFor();
    t.equal(await focused(page), 'When');
    await field(page, 'When').fill('5 * * * *');
    await page.getByText('Every hour at minute 5').waitFor();
    await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Europe/Berlin');
    await page.getByRole('combobox', { name: 'Accounts' }).selectOption('labels');
    await field(page, 'Labels').fill('team=payments');
    await press(page, 'Dry run');
    await page.getByText(/It would start next on/).waitFor();
    await assertAccessible(t, page, 'the form of a schedule');
    await t.rejects(service().getSchedule({ name }), { code: 'SCHEDULE_NOT_FOUND' }, 'nothing was stored');
    await press(page, 'Create the schedule');
    await page.getByText(`The schedule ${name} is stored.`).waitFor();
    t.match(await service().getSchedule({ name }), {
      cron: '5 * * * *',
      timezone: 'Europe/Berlin',
      sweep: { operation: 'CHECK', select: { labels: { team: 'payments' } } },
      actor: { subject: 'operator' },
    });
    await press(page, `Delete ${name}`);
    await press(page, 'Delete the schedule');
    await page.getByText(`The schedule ${name} is deleted.`).waitFor();
    await t.rejects(service().getSchedule({ name }), { code: 'SCHEDULE_NOT_FOUND' });
  },
);

testPage(
  'the secret of a token is shown once and kept nowhere, and a revoked one is refused',
  { as: 'administrator', path: '/settings/tokens' },
  async (t, page) => {
    const name = `browser-${Date.now()}`;
    await page.getByRole('link', { name: 'Create a token' }).click();
    await field(page, 'Name').fill(name);
    await field(page, 'Groups').fill('rolewright-viewers');
    await page.getByRole('combobox', { name: 'Expires' }).selectOption('7');
    await press(page, 'Create the token');
    const heading = page.getByRole('heading', { name: `Copy the token ${name} now` });
    await heading.waitFor();
    const secret = (await page.locator('[data-secret]').textContent()) ?? '';
    t.match(secret, /^rwt_/);
    await assertAccessible(t, page, 'the secret');
    const machine = createClient({ url: addressOf(''), token: secret });
    t.ok((await machine.listAccounts()).items.length > 0, 'it is good');
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    t.notOk(stored.includes(secret), 'no store of the browser has it');

    await page.getByRole('link', { name: 'History' }).click();
    await page.getByRole('alertdialog').waitFor();
    await press(page, 'Cancel');
    t.ok(await heading.isVisible(), 'nobody leaves without it by mistake');
    await press(page, 'I have stored it');
    t.notOk((await page.content()).includes(secret), 'it is gone from the page');
    await page
      .getByRole('row', { name: new RegExp(name) })
      .getByText('Expires soon')
      .waitFor();

    await press(page, `Revoke ${name}`);
    await press(page, 'Revoke the token');
    await page.getByText(`The token ${name} is revoked.`).waitFor();
    await t.rejects(async () => await machine.listAccounts(), { code: 'UNAUTHENTICATED' });
  },
);

testPage(
  'a claim is ended in place of its claimant, and the line stays',
  { as: 'administrator', expected: /400/ },
  async (t, page) => {
    const [accountId, roleName, claimant] = ['333344445555', 'claimed', 'terraform of the browser test'];
    const line = `arn:aws:eks:us-west-2:${accountId}:fargateprofile/claimed-cluster/*`;
    await seedRole({ accountId, roleName, trust: trustOf(line) });
    await service().extendExecutionRole({
      accountId,
      roleName,
      claimant,
      clusters: [{ region: 'us-west-2', name: 'claimed-cluster' }],
    });
    await page.goto(addressOf('/settings/claims?accountId=12'));
    await page.getByText('Must be an AWS account ID: 12 digits').waitFor();
    await field(page, 'Account ID').fill(accountId);
    await field(page, 'Claimant').fill(claimant);
    await press(page, 'Filter');
    await press(page, `End the claim of ${claimant} on us-west-2/claimed-cluster`);
    await page.getByText('The line stays:').waitFor();
    await assertAccessible(t, page, 'the question');
    await press(page, 'End the claim');
    await page.getByText('No claim matches these filters.').waitFor();
    t.same((await service().listClaims({ accountId, roleName })).items, []);
    t.match(JSON.stringify((await readRole(accountId, roleName)).trust), line);
  },
);

testPage(
  'a viewer sees what is permitted, and is told what is not',
  { as: 'viewer', path: '/settings', expected: /403/ },
  async (t, page) => {
    const settings = page.getByRole('navigation', { name: 'Settings' });
    await settings.getByRole('link', { name: 'Accounts' }).waitFor();
    t.same(await settings.getByRole('link').allInnerTexts(), ['Overview', 'Accounts', 'Schedules', 'Claims']);
    await settings.getByRole('link', { name: 'Accounts' }).click();
    await page.getByRole('row', { name: /111122223333/ }).waitFor();
    t.equal(await page.getByRole('button', { name: /remove|import/i }).count(), 0);
    t.equal(await page.getByRole('link', { name: /register|edit/i }).count(), 0);
    for (const path of ['/settings/tokens?new=1', '/settings/webhooks']) {
      await page.goto(addressOf(path));
      await page.getByRole('heading', { name: /^You may not see/ }).waitFor();
      t.match(await page.getByRole('main').textContent(), /Ask an administrator.*rolewright-viewers/, path);
      t.equal(await page.getByRole('dialog').count(), 0, 'no form is offered');
      await assertAccessible(t, page, path);
    }
  },
);

testPage(
  'a form that is sent after the session ended keeps what was typed',
  { as: 'administrator', path: '/settings/accounts?edit=111122223333', expected: /401/ },
  async (t, page) => {
    const before = await service().getAccount({ accountId: '111122223333' });
    await page.route('**/v1/accounts/111122223333*', (route) =>
      route.request().method() === 'PUT'
        ? route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer ended' } })
        : route.continue(),
    );
    await field(page, 'Name').fill('typed');
    await press(page, 'Save the account');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Your session ended. Sign in to go on; what you typed is kept.').waitFor();
    await page.unrouteAll();
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This is what you typed before.').waitFor();
    t.equal(await field(page, 'Name').inputValue(), 'typed');
    t.match(await service().getAccount({ accountId: '111122223333' }), { name: before.name });
    await press(page, 'Discard');
    await dialog.waitFor({ state: 'detached' });
  },
);
