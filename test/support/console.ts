import { GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { createClient } from '#clients/typescript/src/index.ts';
import { startBrowser } from '#dev/console/browser.ts';
import { externalId, hub } from '#dev/sandbox/fleet.ts';
import type { Persona } from '#dev/sandbox/issuer.ts';
import { assumeRole } from './assume-role.ts';

// The console in a real browser, against the sandbox of `npm run e2e:console`.

const { CONSOLE_URL: url = '', CONSOLE_AWS: endpoint = '', CONSOLE_TOKEN: token } = process.env;

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
    const own = await (await browser).newContext({ reducedMotion: 'reduce', ...context });
    t.teardown(() => own.close());
    const page = await own.newPage();
    const faults: string[] = [];
    const note = (text: string) => expected?.test(text) || faults.push(text);
    page.on('pageerror', (error) => note(error.message));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) note(message.text());
    });
    await page.goto(`${url}${path}`);
    if (as) await signIn(page, as);
    await body(t, page);
    t.same(faults, [], 'the page has no errors');
  });
}

export async function signIn(page: Page, persona: Persona): Promise<void> {
  await page.getByRole('button', { name: persona, exact: true }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** axe finds nothing at all in the page as it is. */
export async function assertAccessible(t: Test, page: Page, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  t.same(found, [], `${state} is accessible`);
}

export const addressOf = (path: string): string => `${url}${path}`;

/** The trust policy of a role that these lines confine. */
export const trustOf = (...lines: string[]) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { ArnLike: { 'aws:SourceArn': lines } },
    },
  ],
});

/** Puts a role into IAM, or in the place of another, as somebody else would. */
export async function seedRole({
  trust,
  ...role
}: {
  accountId: string;
  roleName: string;
  trust: object;
  tags?: Record<string, string>;
}): Promise<void> {
  const attached = ['arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'];
  const answer = await fetch(`${endpoint}/_sandbox/roles`, {
    method: 'POST',
    body: JSON.stringify({ attached, ...role, trustText: JSON.stringify(trust) }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** The service as the administrator, for what a test prepares. */
export const service = () => createClient({ url, token });

/** What IAM holds of a role: the judge of what the console did. */
export async function readRole(accountId: string, roleName: string, partition = 'aws') {
  const region = partition === 'aws' ? 'us-east-1' : 'cn-north-1';
  const { accessKeyId, secretAccessKey } = hub;
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const credentials = await assumeRole(sts, {
    RoleArn: `arn:${partition}:iam::${accountId}:role/RolewrightMember`,
    ExternalId: externalId,
  });
  const iam = new IAMClient({ endpoint, region, credentials });
  const [{ Role }, { AttachedPolicies = [] }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName: roleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName })),
  ]);
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? 'null')) as unknown;
  return { trust, policies: AttachedPolicies.map(({ PolicyArn }) => PolicyArn) };
}
