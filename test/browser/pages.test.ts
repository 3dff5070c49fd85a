import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Persona } from '#dev/sandbox/issuer.ts';
import { service, testPage, violationsIn } from '#test/support/console.ts';
import { seedAccount } from '#test/support/console-aws.ts';

// Every page in every look: accessible, without faults, with one heading and a title, and nothing scrolls sideways.

const role = 'AmazonEKSFargatePodExecutionRole';

/** The addresses of the pages, in each of their states. `few`: those that differ by who looks at them. */
async function seedPages(): Promise<{ all: string[]; few: string[] }> {
  const accountId = await seedAccount({ roles: { pods: ['old'] } });
  const clusters = [{ region: 'us-west-2', name: 'new' }];
  const { change } = await service().extendExecutionRole({ accountId, roleName: 'pods', clusters });
  const sweep = await service().startSweep({ operation: 'CHECK', select: { accountIds: [accountId] } });
  for await (const { state } of service().streamSweepEvents({ id: sweep.id })) if (state === 'DONE') break;
  const accountImport = await service().importAccounts({ dryRun: true });
  const few = [
    '/',
    '/roles',
    '/roles/222233334444',
    `/roles/222233334444/${role}`,
    `/roles/202020202020/${role}?mend=extend`,
    '/roles/333344445555/missing',
    '/history',
    `/history/${change?.id}`,
    '/sweeps',
    `/sweeps/${sweep.id}`,
    '/settings',
    '/settings/accounts?new=1',
    '/settings/schedules?new=1',
    '/settings/tokens?new=1',
    '/settings/webhooks',
  ];
  const others = [
    '/?verdict=NEEDS_REPAIR',
    '/?verdict=UNREACHABLE',
    '/?view=trend',
    '/?q=nothing-is-called-so',
    '/roles/777788889999', // which cannot be reached
    '/roles/123123123123', // which is not registered
    `/roles/202020202020/${role}`,
    `/roles/202020202020/${role}?mend=prune`,
    '/history?outcome=FAILED&q=nothing-has-these-words',
    '/history/change_00000000-0000-4000-8000-000000000000',
    '/settings/accounts',
    '/settings/accounts?edit=111122223333',
    `/settings/imports/${accountImport.id}`,
    '/settings/schedules',
    '/settings/tokens',
    '/settings/claims',
    '/no/such/page',
  ];
  return { all: [...few, ...others], few };
}

const wide = { viewport: { width: 1280, height: 900 } };
/** The rules that colours and sizes matter to. The others see the same page in each look. */
const visual = ['color-contrast', 'scrollable-region-focusable'];
interface Look extends BrowserContextOptions {
  as: Persona;
  /** The rules of axe. Default: all. */
  rules?: string[];
}
const looks: Record<string, Look> = {
  light: { as: 'administrator', ...wide },
  dark: { as: 'administrator', ...wide, colorScheme: 'dark', rules: visual },
  '320 px wide': { as: 'administrator', viewport: { width: 320, height: 720 } },
  // As a window of 1,280 px is with a zoom of 200 %.
  zoomed: {
    as: 'administrator',
    viewport: { width: 640, height: 450 },
    deviceScaleFactor: 2,
    rules: visual,
  },
  'as an operator': { as: 'operator', ...wide },
  'as an auditor': { as: 'auditor', ...wide },
  'as a viewer': { as: 'viewer', ...wide },
};

/** Answers a function that waits until the page loads nothing, and has drawn all. */
function watchRequests(page: Page): () => Promise<void> {
  const pending = new Set<unknown>();
  let count = 0;
  page.on('request', (request) => {
    // A stream of events does not end.
    if (request.url().endsWith('/events')) return;
    pending.add(request);
    count += 1;
  });
  page.on('requestfinished', (request) => pending.delete(request));
  page.on('requestfailed', (request) => pending.delete(request));
  const isDrawn = () =>
    page.evaluate<boolean>(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
      done(document.querySelector('h1') !== null && !/Loading [^…]* …/.test(document.body.textContent)))))`);
  return async () => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const before = count;
      if (pending.size === 0 && (await isDrawn()) && count === before) return;
      if (pending.size > 0) await isDrawn();
      if (Date.now() > deadline) throw new Error(`${page.url()} loads for 30 s`);
    }
  };
}

/** What is wrong with the page as it is. */
async function faultsOf(page: Page, rules: string[]): Promise<string[]> {
  const violations = await violationsIn(page, rules);
  await page.keyboard.press('Tab');
  const seen = await page.evaluate<string[]>(`(() => {
    const { documentElement: root, activeElement: focused, title } = document;
    const headings = document.querySelectorAll('h1');
    const outline = getComputedStyle(focused);
    return [
      root.scrollWidth > root.clientWidth && \`it is \${root.scrollWidth - root.clientWidth} px too wide\`,
      headings.length !== 1 && \`it has \${headings.length} headings\`,
      title !== \`\${headings[0].textContent} · Rolewright\` && \`its title is \${title}\`,
      (focused === document.body || outline.outlineStyle === 'none' || parseFloat(outline.outlineWidth) < 1) &&
        \`nobody sees the focus on \${focused.outerHTML.slice(0, 200)}\`,
    ].filter(Boolean);
  })()`);
  return [...violations, ...seen];
}

let pages: ReturnType<typeof seedPages> | undefined;
// Some of these pages say that there is nothing, or that the caller may not see it.
const expected = /Failed to load resource: .* (403|404|409|422|502)/;
for (const [name, { rules = [], ...look }] of Object.entries(looks))
  testPage(`the pages, ${name}`, { ...look, expected }, async (t, page) => {
    pages ??= seedPages();
    const { all, few } = await pages;
    const isAdministrator = look.as === 'administrator';
    const settle = watchRequests(page);
    for (const path of isAdministrator ? all : few) {
      // As a link does. To load the page again takes a second.
      await page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)})`);
      await settle();
      if (isAdministrator && /\?(new|edit|mend)=/.test(path)) await page.getByRole('dialog').waitFor();
      t.same(await faultsOf(page, rules), [], path);
    }
  });
