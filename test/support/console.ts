import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { createClient } from '#clients/typescript/src/index.ts';
import { startBrowser } from '#dev/console/browser.ts';
import type { Persona } from '#dev/sandbox/issuer.ts';

// The console in a real browser, against the sandbox of `npm run e2e:console`.

const { CONSOLE_URL: url = '', CONSOLE_TOKEN: token } = process.env;

/** So long does a test wait for what it expects. It is long for a busy machine. */
const patienceMs = 15_000;

let browser: Promise<Browser> | undefined;
if (url) t.teardown(async () => (await browser)?.close());

interface Visit extends BrowserContextOptions {
  /** Who signs in. Null: nobody. */
  as: Persona | null;
  /** The address, from the root. Default: the fleet. */
  path?: string;
  /** Errors of the page, such as those of refused requests, that the test is about. */
  expected?: RegExp;
}

/**
 * Runs a test in a page of the console. The page must have no error, and nothing that its content-security policy
 * refuses. `npm test` leaves these tests out.
 */
export function testPage(
  name: string,
  { as, path = '/', expected, ...context }: Visit,
  body: (t: Test, page: Page) => Promise<void>,
): void {
  if (!url) {
    t.pass(`npm run e2e:console runs this: ${name}`, { skip: true });
    return;
  }
  t.test(name, async (t) => {
    browser ??= startBrowser();
    const own = await (await browser).newContext({
      baseURL: url,
      reducedMotion: 'reduce',
      ...context,
    });
    t.teardown(() => own.close());
    const page = await own.newPage();
    page.setDefaultTimeout(patienceMs);
    const faults: string[] = [];
    const note = (text: string) => expected?.test(text) || faults.push(text);
    page.on('pageerror', (error) => note(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) note(message.text());
    });
    await page.goto(path);
    if (as) await signIn(page, as);
    try {
      await body(t, page);
    } catch (error) {
      // What the page shows says more than what was waited for.
      t.comment(await page.locator('body').ariaSnapshot());
      throw error;
    }
    t.same(faults, [], 'the page has no errors');
  });
}

export async function signIn(page: Page, persona: Persona): Promise<void> {
  await page.getByRole('button', { name: persona, exact: true }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** axe finds nothing at all in the page as it is. */
export async function assertAccessible(t: Test, page: Page, state: string): Promise<void> {
  t.same(await violationsIn(page), [], `${state} is accessible`);
}

/** What axe finds. `rules`: only these; of none, all. */
export async function violationsIn(page: Page, rules: string[] = []): Promise<string[]> {
  // All is in one frame, so that the page that adds up the results of frames is not needed.
  const isThere = await page.evaluate<boolean>('window.axe !== undefined');
  const axe = new AxeBuilder({ page, ...(isThere && { axeSource: ';' }) }).setLegacyMode();
  const { violations } = await (rules.length > 0 ? axe.withRules(rules) : axe).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

export const addressOf = (path: string): string => `${url}${path}`;

/** The service as the administrator, for what a test prepares. */
export const service = () => createClient({ url, token });

/** The first step of the drawer that changes a role. */
export async function chooseCluster(page: Page, region: string, name: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Region' }).fill(region);
  await dialog.getByRole('textbox', { name: 'Cluster', exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Review the change' }).click();
}
