import { assertAccessible, signIn, testPage } from '#test/support/console.ts';

testPage('a user signs in, loads the page again, and signs out', { as: null }, async (t, page) => {
  await assertAccessible(t, page, 'the page before signing in');
  const answer = page.waitForResponse((response) => response.url().endsWith('/token'));
  await signIn(page, 'viewer');
  t.equal(new URL(page.url()).pathname, '/');
  const tokens = Object.values((await (await answer).json()) as object).filter(
    (value) => typeof value === 'string' && value.length > 20,
  );
  t.equal(tokens.length, 3, 'access, refresh and ID token');
  const stored = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  for (const token of tokens) t.notOk(stored.includes(token), 'no token is stored');
  await page.reload();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'viewer', exact: true }).waitFor();
});

testPage(
  'signing in leads back to the address',
  { as: 'auditor', path: '/history?kind=EXTEND' },
  async (t, page) => {
    const { pathname, search } = new URL(page.url());
    t.equal(pathname + search, '/history?kind=EXTEND');
  },
);
