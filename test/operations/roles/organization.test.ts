// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { clusters, startService, statementOf, type TestAccount } from '#test/support/service.ts';

// The meaning of a condition on the organization depends on the account's own, which comes from an import or
// ORGANIZATION_ID.

const vended = ({ line, seed }: TestAccount) => {
  const { Condition, ...statement } = statementOf([line('a')]);
  const condition = { ...Condition, StringEquals: { 'aws:SourceOrgID': '${aws:ResourceOrgID}' } };
  seed([], {
    trustText: JSON.stringify({ Version: '2012-10-17', Statement: { ...statement, Condition: condition } }),
  });
};
const codesOf = (json: { findings: { code: string }[] }) => json.findings.map(({ code }) => code);

t.test('by import', async (t) => {
  const { rest, account, organization, settled } = await startService(t);
  const one = await account();
  vended(one);
  const check = async () => (await rest('POST', `${one.role}/check`, { clusters: clusters('a') })).json;
  const unknown = await check();
  t.equal(unknown.verdict, 'NEEDS_REPAIR');
  t.ok(codesOf(unknown).includes('CONDITION_UNPROVABLE'), 'it is not known yet');

  organization([
    { accountId: one.accountId, name: 'one', email: 'one@example.com', status: 'ACTIVE', tags: {} },
  ] as never);
  t.equal((await rest('POST', '/v1/accounts/import')).status, 202);
  await settled();
  const known = await check();
  t.equal(known.verdict, 'COMPLIANT');
  t.same(codesOf(known), ['SOURCE_ORG_UNCONFIRMED']);
  t.equal((await rest('GET', one.role)).json.verdict, 'COMPLIANT');
  const { json } = await rest('GET', `/v1/accounts/${one.accountId}`);
  t.notOk(JSON.stringify(json).includes('rganization'), 'the account is shown as before');
});

t.test('by ORGANIZATION_ID', async (t) => {
  const { rest, account } = await startService(t, { deps: () => ({ organizationId: 'o-a1b2c3d4e5' }) });
  const one = await account();
  vended(one);
  const { json } = await rest('POST', `${one.role}/check`, { clusters: clusters('a') });
  t.equal(json.verdict, 'COMPLIANT');
  t.match((await rest('POST', `${one.role}/extend`, { clusters: clusters('a', 'b') })).json, {
    report: { verdict: 'COMPLIANT' },
  });
  t.ok(one.trust().includes('${aws:ResourceOrgID}'), 'the condition stays');
});
