import { assertAccessible, signIn, testPage } from '#test/support/console.ts';

testPage('a user signs in, loads the page again, and signs out', { as: null }, async (t, page) => {
  await assertAccessible(t, page, 'the page before signing in');
  await signIn(page, 'viewer');
  t.equal(new URL(page.url()).pathname, '/');
  t.equal(
    await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])),
    JSON.stringify([{}, { 'rolewright.was-here': '1' }, '']),
    'no token is stored',
  );
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
