import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { components, User } from '#dev/backstage/catalog.ts';
import { startBrowser } from '#dev/console/browser.ts';

// Backstage's app in a real browser, for the tests of `npm run e2e:backstage`.

const { BACKSTAGE_URL: url = '' } = process.env;

/** So long does a test wait for what it expects. It is long for a busy machine. */
const patienceMs = 30_000;

let browser: Promise<Browser> | undefined;
if (url) t.teardown(async () => (await browser)?.close());

interface Visit extends BrowserContextOptions {
  /** Whom the proxy in front of Backstage signs in. */
  as: User;
  component: keyof typeof components;
  /** The tab, in place of the entity's first page with the card. */
  isTab?: boolean;
  /** The address of another Backstage than that of the tests. */
  at?: () => Promise<string>;
  /** Faults of the page that the test is about. */
  expected?: RegExp;
}

/**
 * Runs a test on the page of an entity. The page must have no error, and nothing that its content-security policy
 * refuses. `npm test` leaves these tests out.
 */
export function testEntityPage(
  name: string,
  { as, component, isTab = false, at, expected, ...context }: Visit,
  body: (t: Test, page: Page) => Promise<void>,
): void {
  if (!url) {
    t.pass(`npm run e2e:backstage runs this: ${name}`, { skip: true });
    return;
  }
  t.test(name, async (t) => {
    const baseURL = (await at?.()) ?? url;
    browser ??= startBrowser();
    const own = await (await browser).newContext({
      baseURL,
      reducedMotion: 'reduce',
      extraHTTPHeaders: { 'x-forwarded-user': as },
      ...context,
    });
    t.teardown(() => own.close());
    const page = await own.newPage();
    page.setDefaultTimeout(patienceMs);
    const faults: string[] = [];
    const note = (text: string) => expected?.test(text) || faults.push(text);
    page.on('pageerror', (error) => note(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') note(message.text());
    });
    page.on('dialog', (dialog) => {
      note(`a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    try {
      await page.goto(`/catalog/default/component/${component}${isTab ? '/execution-role' : ''}`);
      await body(t, page);
    } catch (error) {
      // What the page shows says more than what was waited for.
      t.comment(await page.locator('body').ariaSnapshot());
      throw error;
    }
    t.same(faults, [], 'the page has no errors');
  });
}

/** Our parts of the page. The rest is Backstage's. */
const parts = {
  card: '.bui-Card:has(a[href$="/execution-role"])',
  tab: '.bui-Card[role="region"]',
  dialog: '[role="dialog"]',
} as const;

/** Axe finds nothing in our part of the page, and nothing of it is wider than its place. */
export async function assertGood(
  t: Test,
  page: Page,
  part: keyof typeof parts,
  state: string,
): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page })
    .setLegacyMode()
    .include(parts[part])
    .analyze();
  t.ok(passes.length > 3, `axe looked at ${state}`);
  t.same(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    [],
    `${state} is accessible`,
  );
  const wide = await page.locator(`${parts[part]}, ${parts[part]} *`).evaluateAll((all) =>
    all
      // What is there for screen readers alone is one pixel wide.
      .filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.outerHTML),
  );
  t.same(wide, [], `${state} fits`);
}
