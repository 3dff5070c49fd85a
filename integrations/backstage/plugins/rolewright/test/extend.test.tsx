import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { RolewrightError } from '../src/api.ts';
import { roleTab } from '../src/plugin.tsx';
import { showPart } from './entity-page.tsx';
import { extended, preview } from './samples.ts';

/** Opens the dialog, and fills it in. */
async function fillIn(cluster: string) {
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Extend' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Extend the role' }));
  await user.type(dialog.getByRole('textbox', { name: 'Cluster' }), cluster);
  const press = async (name: string) => await user.click(dialog.getByRole('button', { name }));
  return { user, dialog, press };
}

test('nothing is sent that is no cluster', async () => {
  const calls = showPart(roleTab);
  const { dialog, press } = await fillIn('my cluster');
  await press('Preview');
  expect(await dialog.findByText(/^Write letters, digits/)).toBeTruthy();
  expect(calls.extend).toEqual([]);
});

test('an extension is previewed, then made, and the role is read again', async () => {
  const calls = showPart(roleTab);
  const { user, dialog, press } = await fillIn('search');
  expect((dialog.getByRole('textbox', { name: 'Region' }) as HTMLInputElement).value).toBe('us-west-2');
  await user.type(dialog.getByRole('textbox', { name: 'Reason' }), 'CHG-1043');
  await press('Preview');
  const wanted = {
    entityRef: 'component:default/payments',
    clusters: [{ region: 'us-west-2', name: 'search' }],
    reason: 'CHG-1043',
  };
  const heading = await dialog.findByRole('heading', { name: preview.sentence });
  expect(document.activeElement).toBe(heading);
  expect(calls.extend).toEqual([{ ...wanted, dryRun: true }]);
  expect(dialog.getByRole('list', { name: 'Effects' }).textContent).toBe(
    'us-west-2/search can use the role.',
  );
  const diff = dialog.getByRole('region', { name: 'Changes of the trust policy' });
  expect(diff.textContent).toContain('Added: +    "search"');
  expect(diff.textContent).not.toContain('+++ after');
  await press('Add the cluster');
  expect(await dialog.findByRole('heading', { name: extended.sentence })).toBeTruthy();
  expect(calls.extend.slice(1)).toEqual([
    { ...wanted, dryRun: false, idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) },
  ]);
  await waitFor(() => expect(calls.overview.length).toBe(2));
});

test('a failure says what to do, and to try again is the same request', async () => {
  let failures = 1;
  const calls = showPart(roleTab, {
    extend: async ({ dryRun }) => {
      if (dryRun) return preview;
      if (failures-- > 0)
        throw new RolewrightError({ code: 'TIMEOUT', message: 'No answer in time.', remedy: 'Try again.' });
      return extended;
    },
  });
  const { dialog, press } = await fillIn('search');
  await press('Preview');
  await dialog.findByRole('heading', { name: preview.sentence });
  await press('Add the cluster');
  expect((await dialog.findByRole('alert')).textContent).toContain('No answer in time.Try again.');
  expect(calls.overview.length).toBe(1);
  await press('Add the cluster');
  await dialog.findByRole('heading', { name: extended.sentence });
  const [, first, second] = calls.extend;
  expect(first?.idempotencyKey).toBeTruthy();
  expect(second).toEqual(first);
});

test('another preview has another key', async () => {
  let failures = 1;
  const calls = showPart(roleTab, {
    extend: async ({ dryRun }) => {
      if (dryRun) return preview;
      if (failures-- > 0)
        throw new RolewrightError({ code: 'ROLE_BUSY', message: 'The role is busy.', remedy: 'Try again.' });
      return extended;
    },
  });
  const { dialog, press } = await fillIn('search');
  for (const outcome of ['alert', 'heading'] as const) {
    await press('Preview');
    await dialog.findByRole('heading', { name: preview.sentence });
    await press('Add the cluster');
    if (outcome === 'heading') await dialog.findByRole('heading', { name: extended.sentence });
    else {
      await dialog.findByRole('alert');
      await press('Back');
    }
  }
  const [first, second, ...others] = calls.extend.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
  expect(others).toEqual([]);
  expect(first).toBeTruthy();
  expect(second).not.toBe(first);
});

test('a refusal of the preview is shown beside the form', async () => {
  showPart(roleTab, {
    extend: async () => {
      throw new RolewrightError({
        code: 'MANAGED_ELSEWHERE',
        message: 'Terraform owns the role.',
        remedy: 'Change it there.',
      });
    },
  });
  const { dialog, press } = await fillIn('search');
  await press('Preview');
  expect((await dialog.findByRole('alert')).textContent).toContain(
    'Terraform owns the role.Change it there.',
  );
  expect((dialog.getByRole('textbox', { name: 'Cluster' }) as HTMLInputElement).value).toBe('search');
});

test('where nothing has to be done there is nothing to press', async () => {
  showPart(roleTab, {
    extend: async () => ({
      diff: '',
      effects: { clustersGained: [], clustersLost: [], statementsRemoved: 0 },
      change: null,
      sentence: 'The role covers us-west-2/search already.',
    }),
  });
  const { dialog, press } = await fillIn('search');
  await press('Preview');
  await dialog.findByRole('heading', { name: 'The role covers us-west-2/search already.' });
  expect(dialog.queryByRole('button', { name: /^Add/ })).toBeNull();
});

test('rows of clusters are added and removed', async () => {
  const calls = showPart(roleTab);
  const { user, dialog, press } = await fillIn('search');
  await press('Another cluster');
  await user.type(dialog.getAllByRole('textbox', { name: 'Cluster' })[1] as HTMLElement, 'gone');
  await press('Another cluster');
  await user.type(dialog.getAllByRole('textbox', { name: 'Cluster' })[2] as HTMLElement, 'ledger');
  await press('Remove cluster 2');
  await press('Preview');
  await dialog.findByRole('button', { name: 'Add 2 clusters' });
  expect(calls.extend[0]?.clusters.map(({ name }) => name)).toEqual(['search', 'ledger']);
});
