import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '#dev/conform/tools.ts';
import { testEntityPage } from '#test/support/backstage-page.ts';

// The pictures of docs/backstage.md: `npm run e2e:backstage -- test/backstage/pictures.ts`

const folder = join(root, 'docs/backstage');
mkdirSync(folder, { recursive: true });

async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

const wide = { width: 1280, height: 860 };
const payments = { as: 'olivia', component: 'payments' } as const;

// First, so that the others have a history.
testEntityPage(
  'the preview',
  { ...payments, isTab: true, colorScheme: 'dark', viewport: wide },
  async (t, page) => {
    await page.getByRole('button', { name: 'Extend' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Cluster', exact: true }).fill('ledger');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('CHG-1042: the ledger moves to Fargate');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('region', { name: 'Changes of the trust policy' }).waitFor();
    await take(page, 'preview-dark');
    await dialog.getByRole('button', { name: 'Add the cluster' }).click();
    await dialog.getByText('user:default/olivia added').waitFor();
    t.pass('taken');
  },
);

testEntityPage('the tab', { ...payments, isTab: true, viewport: wide }, async (t, page) => {
  await page.getByRole('region', { name: 'Last changes' }).waitFor();
  await take(page, 'tab-light');
  t.pass('taken');
});

testEntityPage('the card', { ...payments, viewport: { width: 360, height: 560 } }, async (t, page) => {
  const heading = page.getByRole('heading', { name: 'Pod execution role' });
  await page.getByRole('link', { name: 'Findings, history and more' }).waitFor();
  await heading.evaluate((one) => window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY - 32));
  await take(page, 'card-narrow');
  t.pass('taken');
});
