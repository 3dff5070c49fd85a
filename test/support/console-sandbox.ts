import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import pg from 'pg';
import type { Page } from 'playwright-core';

// The sandbox's files, and faults of it, for the tests of the console.

const { CONSOLE_DIRECTORY: directory = '' } = process.env;
const fileOf = (...path: string[]) => join(directory, 'sandbox', ...path);
const read = (...path: string[]) => readFileSync(fileOf(...path), 'utf8');

/** The public key of the log's checkpoints. */
export const publicKeyFile = fileOf('audit-key.pem.pub');

/**
 * Gives the requests of a page a token that has expired, so that the service refuses them. Answers how to end this.
 */
export async function expireSession(page: Page): Promise<() => Promise<void>> {
  const key = createPrivateKey({ key: JSON.parse(read('issuer-key.json')) as JsonWebKey, format: 'jwk' });
  const expired = async (token: string) => {
    const { alg = '', ...header } = decodeProtectedHeader(token);
    return await new SignJWT({ ...decodeJwt(token), exp: Math.floor(Date.now() / 1000) - 600 })
      .setProtectedHeader({ ...header, alg })
      .sign(key);
  };
  await page.route('**/v1/**', async (route) => {
    const headers = await route.request().allHeaders();
    const token = headers.authorization?.replace(/^Bearer /, '');
    await route.continue(
      token ? { headers: { ...headers, authorization: `Bearer ${await expired(token)}` } } : {},
    );
  });
  return () => page.unrouteAll({ behavior: 'wait' });
}

/**
 * Makes the database refuse what is written to the log about an account, as when its disk is full: for other accounts,
 * and so for other tests, it goes on. Answers how to end this.
 */
export async function refuseLog(accountId: string): Promise<() => Promise<void>> {
  const port = read('postgres', 'data', 'postmaster.pid').split('\n')[3];
  const password = read('postgres', 'password');
  const run = async (sql: string) => {
    const client = new pg.Client(`postgresql://postgres:${password}@127.0.0.1:${port}/postgres`);
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const name = `refuse_${accountId}`;
  await run(`
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER ${name} AFTER INSERT ON ledger_entry FOR EACH ROW
    WHEN (NEW.account_id = '${accountId}') EXECUTE FUNCTION ${name}();`);
  return async () => await run(`DROP FUNCTION IF EXISTS ${name} CASCADE`);
}
