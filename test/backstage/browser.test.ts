import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import t from 'tap';
import { type Backstage, startBackstage } from '#dev/backstage/backend.ts';
import { instruction, instructionTag, markup } from '#dev/backstage/catalog.ts';
import { asUser } from '#test/support/backstage.ts';
import { assertGood, testEntityPage } from '#test/support/backstage-page.ts';
import { service } from '#test/support/console.ts';
import { lineOf, readRole } from '#test/support/console-aws.ts';

// The card and the tab in a real Backstage app. IAM is the judge.

const accountId = '111122223333';
const roleName = 'AmazonEKSFargatePodExecutionRole';
const trustText = async () => JSON.stringify((await readRole(accountId, roleName)).trust);
/** What an order could have changed: the role, and what the history has of its account. */
const state = async () => ({
  trust: await trustText(),
  changes: (await service().listChanges({ accountId, limit: 100 })).items.map(({ id }) => id),
});
const headings = ['Pod execution role', 'Findings', 'Clusters', 'Last changes'];

/** Waits for the tab, and fills the dialog in up to the preview. */
async function preview(page: Page, cluster: string, reason: string) {
  await page.getByRole('button', { name: 'Extend' }).click();
  const dialog = page.getByRole('dialog', { name: 'Extend the role' });
  await dialog.getByRole('textbox', { name: 'Cluster', exact: true }).fill(cluster);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByRole('region', { name: 'Changes of the trust policy' }).waitFor();
  return dialog;
}

const reason = `CHG-77 ${markup}`;

testEntityPage(
  'a person finds the role of an entity, previews an extension, and makes it',
  { as: 'olivia', component: 'payments' },
  async (t, page) => {
    const before = await trustText();
    await page.getByRole('heading', { name: 'Pod execution role' }).waitFor();
    await page.getByText(`The role ${roleName} of account ${accountId}`).waitFor();
    await page.getByRole('link', { name: 'Findings, history and more' }).click();
    await page.getByRole('region', { name: 'Last changes' }).waitFor();
    for (const name of headings) t.equal(await page.getByRole('region', { name }).count(), 1, name);
    const dialog = await preview(page, 'bs-browser', reason);
    const diff = await dialog.getByRole('region', { name: 'Changes of the trust policy' }).textContent();
    t.match(diff, lineOf(accountId, 'bs-browser'));
    t.match(
      await dialog.getByRole('list', { name: 'Effects' }).textContent(),
      'us-west-2/bs-browser can use',
    );
    t.equal(await trustText(), before, 'a preview writes nothing');
    await dialog.getByRole('button', { name: 'Add the cluster' }).click();
    await dialog.getByRole('button', { name: 'Add the cluster' }).waitFor({ state: 'hidden' });
    t.match(await dialog.textContent(), 'user:default/olivia added us-west-2/bs-browser, through');
    t.match(await trustText(), lineOf(accountId, 'bs-browser'));
    const [change] = (await service().listChanges({ accountId, cluster: 'us-west-2/bs-browser' })).items;
    t.match(change, {
      kind: 'EXTEND',
      outcome: 'SUCCEEDED',
      reason,
      onBehalfOf: { subject: 'user:default/olivia' },
      actor: { subject: /backstage|^\w/ },
    });
    t.not(change?.actor.subject, 'user:default/olivia', 'the history names the plugin beside the person');
    await dialog.locator('.bui-DialogFooter').getByRole('button', { name: 'Close' }).click();
    const changes = page.getByRole('region', { name: 'Last changes' });
    await changes.getByText('user:default/olivia added us-west-2/bs-browser').waitFor();
    t.match(await changes.textContent(), reason, 'the reason is shown as it was written');
    t.equal(await changes.locator('img').count(), 0, 'and as text');
  },
);

for (const [look, context] of Object.entries({
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  narrow: { colorScheme: 'light', viewport: { width: 320, height: 720 } },
} as const))
  testEntityPage(
    `all of it is accessible and fits: ${look}`,
    { as: 'olivia', component: 'payments', ...context },
    async (t, page) => {
      await page.getByRole('link', { name: 'Findings, history and more' }).waitFor();
      await assertGood(t, page, 'card', 'the card');
      await page.getByRole('link', { name: 'Findings, history and more' }).click();
      await page.getByRole('region', { name: 'Last changes' }).waitFor();
      await assertGood(t, page, 'tab', 'the tab');
      const button = page.getByRole('button', { name: 'Extend' });
      await button.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Extend the role' });
      await dialog.getByRole('textbox', { name: 'Cluster', exact: true }).fill('no cluster');
      await page.keyboard.press('Enter');
      await dialog.getByText(/^Write letters, digits/).waitFor();
      await assertGood(t, page, 'dialog', 'the form with a fault');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      // The focus goes back.
      await page.locator('button:focus', { hasText: 'Extend' }).waitFor();
      await preview(page, 'bs-look', 'CHG-78');
      await assertGood(t, page, 'dialog', 'the preview');
    },
  );

for (const [component, text] of [
  ['instructions', instruction],
  ['markup', markup],
] as const)
  testEntityPage(
    `an entity whose words are ${component} changes nothing, and is shown as text`,
    { as: 'olivia', component },
    async (t, page) => {
      const before = await state();
      await page.getByText(instructionTag, { exact: true }).waitFor();
      await page.getByRole('link', { name: 'Findings, history and more' }).waitFor();
      t.equal(await page.getByText('A note:').count(), 0, 'the card has no annotation');
      await page.getByRole('link', { name: 'Findings, history and more' }).click();
      await page.getByRole('region', { name: 'Last changes' }).waitFor();
      await page.getByRole('heading', { name: text }).waitFor();
      t.equal(await page.locator('img[src="x"]').count(), 0);
      t.equal(await page.getByText('A note:').count(), 0, 'nor has the tab');
      const shown = await page.getByRole('region', { name: 'Pod execution role' }).textContent();
      for (const one of [text, instructionTag]) t.notMatch(shown, one, 'our parts do not repeat it');
      t.same(await state(), before, 'neither IAM nor the history changed');
    },
  );

testEntityPage(
  'an annotation of the role that is an order is refused, and not repeated',
  { as: 'olivia', component: 'ordered', isTab: true, expected: /status of 422/ },
  async (t, page) => {
    const before = await state();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    t.match(await alert.textContent(), /rolewright\.io\/role-name .* is not the name of an IAM role/);
    t.equal(await page.getByText(instruction).count(), 0);
    t.equal(await page.getByRole('button', { name: 'Extend' }).count(), 0);
    t.same(await state(), before, 'neither IAM nor the history changed');
  },
);

testEntityPage(
  'a person who may only read has no button, and one sentence by the API',
  { as: 'victor', component: 'reports', isTab: true },
  async (t, page) => {
    const before = await trustText();
    await page.getByRole('region', { name: 'Last changes' }).waitFor();
    t.equal(await page.getByRole('button', { name: 'Extend' }).count(), 0);
    const { status, body } = await (await asUser('victor')).extend('reports', 'bs-no');
    t.equal(status, 403);
    t.match(body.error, { message: /^[^\n]{5,300}\.$/, remedy: /^[^\n]{5,300}\.$/ });
    t.equal(await trustText(), before);
  },
);

testEntityPage(
  'a person who may not see the role reads why, and what to do',
  { as: 'sam', component: 'visitors', isTab: true, expected: /status of 403/ },
  async (t, page) => {
    const alert = page.getByRole('alert');
    await alert.waitFor();
    t.match(await alert.textContent(), /Permission denied.*\..*[Aa]sk/s);
    t.equal(await page.getByRole('region', { name: 'Findings' }).count(), 0);
  },
);

let cutOff: Backstage | undefined;
t.teardown(() => cutOff?.stop());

/** A Backstage whose Rolewright does not answer: nothing listens on the port. */
async function startCutOff(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  cutOff = await startBackstage({ baseUrl: `http://127.0.0.1:${port}`, token: 'none' });
  return cutOff.url;
}

testEntityPage(
  'a Rolewright that cannot be reached is one sentence with its remedy',
  { as: 'olivia', component: 'payments', at: startCutOff, expected: /status of 502/ },
  async (t, page) => {
    const alert = page.getByRole('alert');
    await alert.waitFor();
    t.match(await alert.textContent(), /^Rolewright could not be reached\.[^{}]{10,200}Try again$/);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Rolewright could not be reached.').waitFor();
  },
);
