import { readFileSync } from 'node:fs';
import t from 'tap';
import { licencesFile, mayShip, productionPackages, refused } from '#dev/tools/licences.ts';

t.test('licences that may be shipped', async (t) => {
  const cases: [string, boolean][] = [
    ['MIT', true],
    ['(MIT OR CC0-1.0)', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['MIT AND ISC', true],
    ['Apache-2.0 AND AGPL-3.0-only', false],
    ['(MIT AND ISC)', true],
    ['MIT and ISC', true],
    ['MIT AND ISC AND AGPL-3.0-only', false],
    ['GPL-2.0-only OR GPL-3.0-only', false],
    // Both, in any order and with any parentheses.
    ['(MIT OR ISC) AND AGPL-3.0-only', false],
    ['AGPL-3.0-only AND (MIT OR ISC)', false],
    ['MIT OR ISC AND AGPL-3.0-only', false],
    ['MIT AND (ISC OR AGPL-3.0-only)', false],
    ['MIT AND AGPL-3.0-only OR ISC', false],
    ['((MIT) OR (GPL-3.0-only', false],
    ['(MIT OR ISC) AND (MIT OR ISC)', false],
    ['AGPL-3.0', false],
    ['AGPL-3.0-or-later', false],
    ['GPL-2.0', false],
    ['GPL-3.0-or-later WITH Classpath-exception-2.0', false],
    ['EPL-2.0', false],
    ['UNLICENSED', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['UNKNOWN', false],
    ['', false],
  ];
  for (const [licence, expected] of cases) t.equal(mayShip(licence), expected, licence);
});

t.test('a package that may not be shipped is named, optional ones too', async (t) => {
  const one = { path: 'node_modules/x', name: 'x', version: '1.0.0', isOptional: false };
  const packages = [
    { ...one, licence: 'MIT' },
    { ...one, licence: 'EPL-2.0' },
    { ...one, licence: 'EPL-2.0', isOptional: true },
    { ...one, licence: 'AGPL-3.0', isOptional: true },
  ];
  t.strictSame(refused(packages), [packages[1], packages[3]]);
});

t.test('all shipped packages are permitted, and listed in docs/licences.md', async (t) => {
  const packages = productionPackages();
  t.ok(
    packages.some(({ name }) => name === 'fastify') && !packages.some(({ name }) => name === 'tap'),
    'production packages alone',
  );
  t.strictSame(refused(packages), []);
  t.equal(
    readFileSync('docs/licences.md', 'utf8'),
    licencesFile(packages),
    'it is what npm run licences writes: run it',
  );
});
