import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { RolewrightError } from '../src/api.ts';
import { roleCard, roleTab } from '../src/plugin.tsx';
import { showPart } from './entity-page.tsx';
import { entity, overview } from './samples.ts';

const parts = [
  ['the card', roleCard],
  ['the tab', roleTab],
] as const;

test('the card says the verdict, the clusters, the readiness and the last change', async () => {
  const calls = showPart(roleCard);
  expect(await screen.findByText(/has to be repaired/)).toBeTruthy();
  const text = document.body.textContent;
  for (const part of [
    'Needs repair',
    'payments-fargate',
    '111122223333',
    'us-west-2/checkout and ledger in every Region',
    'The cluster is not shown to be ready.',
    'user:default/olivia added us-west-2/checkout, through portal.',
  ])
    expect(text).toContain(part);
  expect(calls.overview).toEqual(['component:default/payments']);
});

test('the tab has findings with remedies, clusters with readiness, and who changed what through what', async () => {
  showPart(roleTab);
  const findings = within(await screen.findByRole('region', { name: 'Findings' }));
  expect(findings.getByText('The required policy is not attached.')).toBeTruthy();
  expect(findings.getByText('Attach the policy.')).toBeTruthy();
  const clusters = within(screen.getByRole('region', { name: 'Clusters' }));
  expect(clusters.getByText('Not ready')).toBeTruthy();
  expect(clusters.getByText('Create the entry.')).toBeTruthy();
  expect(clusters.getByText('One more line was not asked about.')).toBeTruthy();
  const changes = within(screen.getByRole('region', { name: 'Last changes' }));
  const link = changes.getByRole('link', {
    name: 'user:default/olivia added us-west-2/checkout, through portal.',
  });
  expect(link.getAttribute('href')).toBe('https://rolewright.example.com/history/c1');
  expect(changes.getByText(/CHG-1042/)).toBeTruthy();
});

test.each(parts)('%s is not on the page of an entity without a role', async (_name, part) => {
  const calls = showPart(part, {}, { ...entity, metadata: { ...entity.metadata, annotations: {} } });
  expect(await screen.findByTestId('empty-entity-page')).toBeTruthy();
  expect(calls.overview).toEqual([]);
});

test.each(parts)('%s says what is wrong, what to do, and tries again', async (_name, part) => {
  let isUp = false;
  showPart(part, {
    overview: async () => {
      if (isUp) return overview;
      throw new RolewrightError({
        code: 'UNREACHABLE',
        message: 'Rolewright could not be reached.',
        remedy: 'Try again.',
      });
    },
  });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Rolewright could not be reached.Try again.');
  expect(screen.queryByText(/has to be repaired/)).toBeNull();
  isUp = true;
  await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText(/has to be repaired/)).toBeTruthy();
});

test('nobody is offered what they may not do, or shown what they may not see', async () => {
  showPart(roleTab, {
    overview: async () => ({ ...overview, mayExtend: false, changes: null, consoleUrl: null }),
  });
  expect(await screen.findByText('You may not see the history of this role.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Extend' })).toBeNull();
  expect(screen.queryByRole('link', { name: 'Open in Rolewright' })).toBeNull();
});

test('text of people and of AWS is text', async () => {
  const hostile = '<img src=x onerror=alert(1)>[click](javascript:alert(2))';
  const [change] = overview.changes ?? [];
  showPart(roleTab, {
    overview: async () => ({
      ...overview,
      findings: overview.findings.map((one) => ({ ...one, message: hostile, remedy: hostile })),
      changes: change
        ? [{ ...change, reason: hostile, onBehalfOf: hostile, actor: hostile, url: null }]
        : null,
    }),
  });
  await screen.findByRole('region', { name: 'Last changes' });
  expect(document.querySelector('img')).toBeNull();
  expect(document.querySelector('a[href^="javascript"]')).toBeNull();
  expect(document.body.textContent?.split(hostile).length).toBe(6);
});
