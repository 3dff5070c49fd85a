import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { addressOf, assertAccessible, service, testPage } from '#test/support/console.ts';
import { lineOf, readRole, seedRole, trustOf } from '#test/support/console-aws.ts';
import { publicKeyFile } from '#test/support/console-sandbox.ts';

// The history of what was changed, and the header's tools. IAM and the API are the judges.

const accountId = '555566667777';
/** Roles and tickets of this run alone: a sandbox may have seen others. */
const run = Date.now().toString(36);

/** A role with one cluster, and a change that added others. */
async function seedChange(roleName: string, reason: string) {
  await seedRole({ accountId, roleName, trust: trustOf(lineOf(accountId, 'first')) });
  const clusters = ['second', 'third'].map((name) => ({ region: 'us-west-2', name }));
  const { change } = await service().extendExecutionRole({ accountId, roleName, clusters, reason });
  if (!change) throw new Error('nothing was changed');
  return change;
}

/** What a click downloads. A browser without a window to choose a place keeps the file itself. */
async function downloadBy(page: Page, button: string): Promise<string> {
  return readFileSync(await fileBy(page, button), 'utf8');
}

async function fileBy(page: Page, button: string): Promise<string> {
  await page.evaluate('window.showSaveFilePicker = undefined');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return await (await coming).path();
}

const focusedText = (page: Page) => page.evaluate<string>('document.activeElement.textContent');

testPage(
  'an auditor finds a change by its ticket, and exports what is filtered',
  { as: 'auditor', path: '/history' },
  async (t, page) => {
    const change = await seedChange(`pods-export-${run}`, `EXP-${run}: two more clusters`);
    await page.getByRole('searchbox', { name: 'Words' }).fill(`exp-${run}`);
    await page.waitForURL(`**/history?q=exp-${run}`);
    const row = page.getByRole('row').filter({ hasText: `EXP-${run}` });
    // The list of all goes.
    await page.getByRole('row').nth(2).waitFor({ state: 'detached' });
    t.match(
      await row.textContent(),
      `administrator added us-west-2/second and us-west-2/third to pods-export-${run} in ${accountId}.`,
    );
    t.equal(await page.getByRole('row').count(), 2, 'the heading, and one change');
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('Succeeded');
    await page.waitForURL(`**/history?q=exp-${run}&outcome=SUCCEEDED`);
    await row.waitFor();
    await assertAccessible(t, page, 'the filtered history');

    const lines = (await downloadBy(page, 'Export NDJSON')).trimEnd().split('\n');
    t.same(
      lines.map((line) => JSON.parse(line)),
      [change],
    );
    await page.getByText('1 change written as NDJSON').waitFor();
    const csv = await downloadBy(page, 'Export CSV');
    t.match(csv, /^id,seq,/);
    t.match(csv, change.id);
    await page.getByText('1 change written as CSV').waitFor();

    await page.getByRole('button', { name: `Remove the filter Words: exp-${run}` }).click();
    await page.waitForURL('**/history?outcome=SUCCEEDED');
    await page.waitForFunction('document.activeElement.textContent.includes("Remove the filter Outcome")');
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('Any');
    await page.getByRole('searchbox', { name: 'Words' }).fill('nothing has these words');
    await page.getByText('No change fits these filters').waitFor();
  },
);

testPage('an operator reverts a change', { as: 'operator' }, async (t, page) => {
  const change = await seedChange(`pods-revert-${run}`, 'REV-1');
  await page.goto(addressOf(`/history/${change.id}`));
  await page
    .getByRole('heading', { name: `Added us-west-2/second and us-west-2/third to pods-revert-${run}` })
    .waitFor();
  await page.getByText(/lines? added/).waitFor();
  const text = (await page.getByRole('main').textContent()) ?? '';
  for (const shown of [
    change.requestId,
    change.sessionName,
    change.steps[0]?.awsRequestId ?? 'no request ID',
    change.hash.slice(-12),
    lineOf(accountId, 'third'),
  ])
    t.match(text.replaceAll(/\s/g, ''), shown);
  await assertAccessible(t, page, 'a change');
  t.equal(await page.getByRole('button', { name: 'Download the proof' }).count(), 0, 'he may not prove it');

  await page.getByRole('button', { name: 'Revert this change' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revert a change' });
  await dialog.getByText('us-west-2/third can no longer use the role.').waitFor();
  for (const loss of await dialog.getByRole('checkbox').all()) await loss.check();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('REV-2: not yet');
  await dialog.getByRole('button', { name: 'Put the role back as it was' }).click();
  await dialog.getByRole('region', { name: 'Done' }).waitFor();
  t.same((await readRole(accountId, `pods-revert-${run}`)).trust, trustOf(lineOf(accountId, 'first')));

  const [revert] = (await service().listChanges({ accountId, roleName: `pods-revert-${run}` })).items;
  t.match(revert, { kind: 'REVERT', outcome: 'SUCCEEDED', reverts: change.id, reason: 'REV-2: not yet' });
  await page.goto(addressOf(`/history/${revert?.id}`));
  await page.getByRole('link', { name: 'an earlier change' }).click();
  await page.getByText('REV-1').waitFor();
  t.equal(new URL(page.url()).pathname, `/history/${change.id}`);
  const same = page.getByRole('region', { name: 'Same role' });
  await same.getByRole('link', { name: 'reverted a change' }).waitFor();
});

testPage(
  'an auditor downloads the proof of a change, and verifies it',
  { as: 'auditor', path: '/history' },
  async (t, page) => {
    const change = await seedChange(`pods-proof-${run}`, 'PRF-1');
    // A checkpoint after it is signed within seconds. Until then the proof is refused, and asked for again.
    const proof = await service().getChangeProof({ id: change.id });
    await page.goto(addressOf(`/history/${change.id}`));
    await page.getByRole('heading', { name: `pods-proof-${run}` }).waitFor();
    t.equal(await page.getByRole('button', { name: 'Revert this change' }).count(), 0);
    const proofFile = await fileBy(page, 'Download the proof');
    t.same(JSON.parse(readFileSync(proofFile, 'utf8')), proof);
    await page.getByText('The proof is in your downloads').waitFor();
    await assertAccessible(t, page, 'the proof');
    const changeFile = await fileBy(page, 'Download the change');
    t.same(JSON.parse(readFileSync(changeFile, 'utf8')), change);
    // As the page says, and without the service.
    const files = ['--proof', proofFile, '--change', changeFile, '--public-key', publicKeyFile];
    const { stdout } = await runBound(process.execPath, ['src/cli/audit-verify.ts', ...files]);
    t.match(stdout, `The change is entry ${change.seq} of the log`);
    t.match(await page.getByRole('dialog').textContent(), `--proof ${change.id}.proof.json`);
  },
);

testPage('new changes are announced, and come when asked', { as: 'viewer' }, async (t, page) => {
  await seedChange(`pods-news-${run}`, 'NEW-1');
  await page.clock.install();
  await page.goto(addressOf(`/history?roleName=pods-news-${run}`));
  await page.getByText('NEW-1').waitFor();
  const clusters = [{ region: 'us-west-2', name: 'fourth' }];
  await service().extendExecutionRole({ accountId, roleName: `pods-news-${run}`, clusters, reason: 'NEW-2' });
  await page.clock.fastForward('00:30');
  const show = page.getByRole('button', { name: '1 new change: show' });
  await show.waitFor();
  t.equal(await page.getByText('NEW-2').count(), 0, 'nothing moves under the reader');
  await show.click();
  await page.getByText('NEW-2').waitFor();
  t.equal(await show.count(), 0);
  await page.clock.fastForward(200);
  t.equal(await focusedText(page), 'added us-west-2/fourth', 'the focus is on what came');
});

const badge = (page: Page) => page.getByRole('link', { name: /^verified to/ });

testPage(
  'the log is verified once a session, and by a click',
  { as: 'auditor', path: '/history' },
  async (t, page) => {
    await badge(page).click();
    const panel = page.locator('#verification');
    await panel.getByText(/^The log is intact up to entry/).waitFor();
    await assertAccessible(t, page, 'the verification');
    await page.reload();
    await badge(page).waitFor();
    let asked = 0;
    await page.route('**/v1/audit/verification**', async (route) => {
      asked += 1;
      await route.continue();
    });
    await page.getByRole('link', { name: 'Settings' }).click();
    await badge(page).click();
    t.equal(asked, 0, 'what is known is kept over a reload');
    await panel.getByRole('button', { name: 'Verify all entries' }).click();
    await panel.getByText(/intact.*just now/).waitFor();
    await panel.getByRole('button', { name: 'Verify all entries' }).waitFor();
    t.equal(asked, 1);
  },
);

testPage('a log that is not intact says what to do', { as: 'auditor', path: '/history' }, async (t, page) => {
  await badge(page).waitFor();
  await page.route('**/v1/audit/verification**', async (route) => {
    const json = await (await route.fetch()).json();
    const firstFault = { seq: 2, code: 'ENTRY_CHANGED', detail: 'entry 2 has another hash' };
    await route.fulfill({ json: { ...json, ok: false, firstFault } });
  });
  await page.goto(addressOf('/history#verification'));
  await page.getByRole('button', { name: 'Verify all entries' }).click();
  await page.getByText('Do not repair the database').waitFor();
  await page.getByRole('link', { name: 'log not intact' }).waitFor();
  t.match(
    await page.locator('#verification').textContent(),
    /Entry 2: entry 2 has another hash.*ENTRY_CHANGED/s,
  );
  await assertAccessible(t, page, 'a log that is not intact');
});

testPage(
  'who may not verify the log sees nothing of it',
  { as: 'viewer', path: '/history' },
  async (t, page) => {
    await page.getByRole('row').first().waitFor();
    t.equal(await badge(page).count(), 0);
    t.equal(await page.locator('#verification').count(), 0);
  },
);

testPage('the search, by keyboard alone', { as: 'viewer', path: '/settings' }, async (t, page) => {
  const change = await seedChange(`pods-search-${run}`, `SRC-${run}: by keys`);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /^Search/ });
  const heading = page.locator('h1:focus');
  await field.fill(`src-${run}`);
  await page.getByRole('option', { name: `SRC-${run}` }).waitFor();
  await assertAccessible(t, page, 'the search');
  await field.press('ArrowDown');
  await field.press('ArrowUp');
  await field.press('Enter');
  await page
    .getByRole('heading', { name: `Added us-west-2/second and us-west-2/third to pods-search-${run}` })
    .waitFor();
  t.equal(new URL(page.url()).pathname, `/history/${change.id}`);
  await heading.waitFor();

  await page.keyboard.press('/');
  await field.fill(`arn:aws:iam::${accountId}:role/of/some/path/pods-search-${run}`);
  await page.getByRole('option', { name: `pods-search-${run}` }).waitFor();
  await field.press('Enter');
  await page.waitForURL(`**/roles/${accountId}/pods-search-${run}`);
  await heading.waitFor();

  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await assertAccessible(t, page, 'the list of keys');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await heading.waitFor();
});
