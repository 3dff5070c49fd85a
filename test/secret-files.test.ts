import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createSigningKey } from '#src/audit/checkpoint.ts';
import { type Config, ConfigError, loadConfig, loadDatabaseConfig } from '#src/config.ts';
import { secretSettings } from '#src/settings.ts';

const url = 'postgresql://user:pa55@db/rolewright';
const good = { AUTH: 'none', DATABASE_URL: url };
const { privateKey } = createSigningKey();
/** A value for each secret setting, with the other settings that it needs. */
const secrets: Record<string, [value: string, besides?: Record<string, string>]> = {
  DATABASE_URL: ['postgresql://other:pa55@db/rolewright'],
  MIGRATION_DATABASE_URL: [url],
  MEMBER_EXTERNAL_ID: ['a:b/c'],
  ORGANIZATIONS_EXTERNAL_ID: ['d:e/f', { ORGANIZATIONS_ROLE_ARN: 'arn:aws:iam::111122223333:role/Reader' }],
  AUDIT_SIGNING_KEY: [privateKey.trim()],
  WEBHOOK_URL: ['https://hooks.example/pa55', { WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` }],
  WEBHOOK_SECRET: [`whsec_${'A'.repeat(32)}`, { WEBHOOK_URL: 'https://hooks.example/' }],
};

t.test('every secret may come from a file, whatever its line ends with', async (t) => {
  t.same(Object.keys(secrets).sort(), [...secretSettings].sort(), 'all of them are tried');
  for (const [name, [value, besides]] of Object.entries(secrets))
    for (const end of ['', '\n', '\r\n', '\n\n']) {
      const file = join(t.testdir(), 'secret');
      writeFileSync(file, `${value}${end}`);
      const { [name as 'DATABASE_URL']: _, ...others } = good;
      const config = loadConfig({
        ...others,
        ...besides,
        [`${name}_FILE`]: file,
        ...(name !== 'DATABASE_URL' && good),
      });
      t.equal(config[name as keyof Config], value, `${name}, and then ${JSON.stringify(end)}`);
      t.equal(config[`${name}_FILE` as keyof Config], undefined);
    }
});

t.test('what is wrong names the setting and the remedy, and shows neither path nor content', async (t) => {
  const directory = t.testdir({
    empty: '',
    newline: '\n',
    wrong: 'pa55\nword',
    path: join(t.testdir(), 'pa55'),
  });
  const file = (name: string) => join(directory, name);
  writeFileSync(file('large'), 'pa55'.repeat(20_000));
  writeFileSync(file('closed'), url);
  chmodSync(file('closed'), 0);
  mkdirSync(file('folder'));
  const cases: [Record<string, string>, RegExp][] = [
    [
      { DATABASE_URL_FILE: file('pa55') },
      /^DATABASE_URL_FILE leads to a file that cannot be read \(ENOENT\)\. It must be the path of a file with the secret, not the secret\.$/,
    ],
    [{ DATABASE_URL_FILE: url }, /^DATABASE_URL_FILE leads to a file that cannot be read \(ENOENT\)[^\n]*$/],
    [
      { DATABASE_URL_FILE: file('empty') },
      /^DATABASE_URL_FILE leads to an empty file\. Write the secret into it\.$/,
    ],
    [{ DATABASE_URL_FILE: file('newline') }, /^DATABASE_URL_FILE leads to an empty file[^\n]*$/],
    [{ DATABASE_URL_FILE: file('folder') }, /^DATABASE_URL_FILE must be the path of a file, [^\n]*$/],
    [{ DATABASE_URL_FILE: '/dev/null' }, /^DATABASE_URL_FILE must be the path of a file, [^\n]*$/],
    [{ DATABASE_URL_FILE: file('large') }, /^DATABASE_URL_FILE leads to a file of more than 64 KB[^\n]*$/],
    [{ DATABASE_URL_FILE: file('wrong') }, /^DATABASE_URL must be a PostgreSQL URL[^\n]*$/],
    [
      { ...good, DATABASE_URL_FILE: file('wrong') },
      /^DATABASE_URL_FILE is given together with DATABASE_URL\. Leave one of them out\.$/,
    ],
    [{}, /^DATABASE_URL is missing: it must be [^\n]* DATABASE_URL_FILE may name a file with it\.$/],
    [
      { ...good, AUDIT_SIGNING_KEY_FILE: file('path') },
      /^AUDIT_SIGNING_KEY cannot be used: it is not an Ed25519 private key/,
    ],
    // It is set, so it does not count as missing too.
    [
      { ...good, WEBHOOK_URL: 'https://x.example/', WEBHOOK_SECRET_FILE: file('pa55') },
      /^WEBHOOK_SECRET_FILE leads[^\n]*$/,
    ],
    [
      { AUTH: 'oidc', DATABASE_URL_FILE: file('pa55') },
      /^DATABASE_URL_FILE leads[^\n]*\nOIDC_ISSUER is missing[^\n]*\nOIDC_AUDIENCE is missing[^\n]*$/,
    ],
  ];
  for (const [settings, message] of cases) {
    const load = () => loadConfig({ AUTH: 'none', ...settings });
    t.throws(load, { constructor: ConfigError, message }, String(message));
    t.throws(load, { message: /^(?!.*pa55)/s });
  }
  const whoMayRead =
    process.getuid?.() === 0
      ? null
      : /^DATABASE_URL_FILE [^\n]*\(EACCES\)\. Let the user of this process read it\.$/;
  if (whoMayRead)
    t.throws(() => loadConfig({ AUTH: 'none', DATABASE_URL_FILE: file('closed') }), { message: whoMayRead });
});

t.test('an empty path counts as left out', async (t) => {
  t.equal(loadConfig({ ...good, DATABASE_URL_FILE: '' }).DATABASE_URL, url);
  t.equal(loadConfig({ ...good, WEBHOOK_SECRET_FILE: '' }).WEBHOOK_SECRET, undefined);
});

t.test('the settings of the database alone need no other setting', async (t) => {
  const file = join(t.testdir({ url: `${url}\n` }), 'url');
  const wrong = { AUTH: 'neither', WEBHOOK_SECRET_FILE: '/nowhere' };
  t.match(loadDatabaseConfig({ ...wrong, DATABASE_URL_FILE: file, MIGRATION_DATABASE_URL: url }), {
    DATABASE_URL: url,
    MIGRATION_DATABASE_URL: url,
    DATABASE_WAIT_SECONDS: 120,
  });
  t.throws(() => loadDatabaseConfig({ ...wrong, DATABASE_WAIT_SECONDS: 'x' }), {
    message: /^DATABASE_URL is missing[^\n]*\nDATABASE_WAIT_SECONDS must be[^\n]*$/,
  });
});
