import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#dev/conform/tools.ts';
import { testEntityPage } from '#test/support/backstage-page.ts';

// The pictures of docs/backstage.md: `npm run e2e:backstage -- test/backstage/pictures.ts`

const folder = join(root, 'docs/backstage');
mkdirSync(folder, { recursive: true });

for (const [look, context] of Object.entries({
  light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  narrow: { colorScheme: 'light', viewport: { width: 360, height: 900 } },
} as const))
  testEntityPage(
    `pictures: ${look}`,
    { as: 'olivia', component: 'payments', ...context },
    async (t, page) => {
      const take = async (name: string) => {
        // Pictures that load late move what is below them.
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
      };
      await page.getByRole('link', { name: 'Findings, history and more' }).scrollIntoViewIfNeeded();
      await take('card');
      await page.getByRole('link', { name: 'Findings, history and more' }).click();
      await page.getByRole('region', { name: 'Last changes' }).waitFor();
      await take('tab');
      await page.getByRole('button', { name: 'Extend' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Cluster', exact: true }).fill(`ledger-${look}`);
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('CHG-1042: the ledger moves to Fargate');
      await dialog.getByRole('button', { name: 'Preview' }).click();
      await dialog.getByRole('region', { name: 'Changes of the trust policy' }).waitFor();
      await take('preview');
      // One of them is made, so that the next ones have a history.
      if (look === 'light') await dialog.getByRole('button', { name: 'Add the cluster' }).click();
      if (look === 'light') await dialog.getByText('user:default/olivia added').waitFor();
      t.pass('taken');
    },
  );
