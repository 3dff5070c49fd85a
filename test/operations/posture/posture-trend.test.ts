import t from 'tap';
import { createPermissions } from '#src/permissions/cedar.ts';
import { authenticateAnyone, headersOf, teamPolicies } from '#test/support/callers.ts';
import { startService } from '#test/support/service.ts';

t.test('the trend counts the accounts that the caller may see', async (t) => {
  const service = await startService(t, {
    sweepConcurrency: 4,
    authenticate: () => authenticateAnyone,
    deps: () => ({
      permissions: createPermissions(
        `${teamPolicies}\npermit (principal in Rolewright::Group::"everywhere", action, resource);`,
      ),
    }),
  });
  const ids: string[] = [];
  for (const [i, team] of ['payments', 'payments', 'core'].entries()) {
    const account = await service.account({ labels: { team } });
    account.seed(['a'], i === 0 ? { attached: [] } : {});
    ids.push(account.accountId);
  }
  const all = headersOf(['everywhere']);
  const { json } = await service.rest(
    'POST',
    '/v1/sweeps',
    { operation: 'CHECK', select: { accountIds: ids } },
    all,
  );
  await service.app.inject({ url: `/v1/sweeps/${json.id}/events`, headers: all });

  const cases: [Record<string, string>, object][] = [
    [all, { total: 3, verdicts: { COMPLIANT: 2, NEEDS_REPAIR: 1 } }],
    [headersOf(['viewers', 'payments']), { total: 2, verdicts: { COMPLIANT: 1, NEEDS_REPAIR: 1 } }],
    [headersOf(['viewers', 'core']), { total: 1, verdicts: { COMPLIANT: 1 } }],
    [headersOf(['viewers']), { total: 0, verdicts: {} }],
    [
      headersOf(['everywhere'], { scope: { operations: null, accountIds: [ids[2] ?? ''] } }),
      { total: 1, verdicts: { COMPLIANT: 1 } },
    ],
  ];
  for (const [headers, expected] of cases) {
    const answer = await service.rest('GET', '/v1/posture/trend?days=2', undefined, headers);
    t.same(
      answer.json.days.map(({ day: _, ...counts }: { day: string }) => counts),
      [{ total: 0, verdicts: {} }, expected],
      JSON.stringify(expected),
    );
    const { total, verdicts } = (await service.rest('GET', '/v1/posture', undefined, headers)).json;
    t.same({ total, verdicts }, expected, 'as the posture');
  }
  t.match(await service.rest('GET', '/v1/posture/trend', undefined, headersOf(['auditors', 'core'])), {
    status: 403,
  });
  const whole = (await service.rest('GET', '/v1/posture/trend', undefined, all)).json;
  t.equal(whole.days.length, 90);
});
