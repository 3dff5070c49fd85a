import t from 'tap';
import { createPermissions } from '#src/permissions/cedar.ts';
import { defaultFile, readPolicies } from '#src/permissions/policies.ts';
import type { Resource } from '#src/ports/permissions.ts';
import type { Caller } from '#src/schema/caller.ts';
import { callerOf } from '#test/support/scripted-aws.ts';

const caller = (groups: string[], more: Partial<Caller> = {}): Caller => ({
  ...callerOf('somebody'),
  groups,
  ...more,
});
const account = (labels: Record<string, string>, accountId = '111122223333'): Resource => ({
  accountId,
  account: { name: 'payments-prod', partition: 'aws', labels },
});
const about = { dryRun: false, roleName: null, own: null, profilesKnown: null };

t.test('decisions are cached by everything that they depend on', async (t) => {
  const permit = (condition: string) =>
    createPermissions(`permit (principal, action, resource) when { ${condition} };`);
  type Question = Parameters<ReturnType<typeof permit>['allows']>;
  const base: Question = [caller(['a']), 'account', account({ team: 'payments' }), about];
  const rows: [condition: string, yes: Partial<Question>, no: Partial<Question>][] = [
    ['principal in Rolewright::Group::"b"', [caller(['a', 'b'])], [caller(['a'])]],
    ['principal.subject == "x"', [caller([], callerOf('x'))], [caller([], callerOf('y'))]],
    [
      'principal has issuer',
      [caller([], { actor: { subject: 's', issuer: 'i' } })],
      [caller([], { actor: { subject: 's', issuer: null } })],
    ],
    [
      'principal == Rolewright::User::"i|s"',
      [caller([], { actor: { subject: 's', issuer: 'i' } })],
      [caller([], { actor: { subject: 's', issuer: 'j' } })],
    ],
    ['context.via == "SWEEP"', [caller([], { via: 'SWEEP' })], [caller([], { via: 'REST' })]],
    ['action == Rolewright::Action::"change"', [undefined, 'change'], [undefined, 'account']],
    [
      'action in Rolewright::Action::"write"',
      [undefined, 'extendExecutionRole'],
      [undefined, 'checkExecutionRole'],
    ],
    ['resource is Rolewright::Service', [undefined, undefined, 'SERVICE'], []],
    [
      'resource == Rolewright::Account::"1"',
      [undefined, undefined, account({}, '1')],
      [undefined, undefined, account({}, '2')],
    ],
    [
      'resource has name && resource.name == "payments-prod"',
      [],
      [undefined, undefined, { accountId: '111122223333', account: null }],
    ],
    [
      'resource.hasTag("team") && resource.getTag("team") == "payments"',
      [],
      [undefined, undefined, account({ team: 'core' })],
    ],
    ['resource.hasTag("team")', [], [undefined, undefined, { accountId: '111122223333', account: null }]],
    ['context.dryRun', [undefined, undefined, undefined, { ...about, dryRun: true }], []],
    [
      'context has roleName && context.roleName like "prod-*"',
      [undefined, undefined, undefined, { ...about, roleName: 'prod-x' }],
      [],
    ],
    [
      'context == {via: "REST", dryRun: false}',
      [],
      [undefined, undefined, undefined, { ...about, roleName: 'x' }],
    ],
    [
      'resource has name && resource["n\\u{61}me"] == "payments-prod"',
      [],
      [undefined, undefined, { accountId: '1', account: null }],
    ],
    [
      'resource["\\u{69}d"] == "1"',
      [undefined, undefined, account({}, '1')],
      [undefined, undefined, account({}, '2')],
    ],
    [
      '[resource].contains(Rolewright::Account::"1")',
      [undefined, undefined, account({}, '1')],
      [undefined, undefined, account({}, '2')],
    ],
    [
      'context has own && context.own',
      [undefined, 'sweep', 'SERVICE', { ...about, own: true }],
      [undefined, 'sweep', 'SERVICE', { ...about, own: false }],
    ],
    ['!(context has own)', [], [undefined, undefined, undefined, { ...about, own: false }]],
    [
      'context["o\\u{77}n"]',
      [undefined, 'sweep', 'SERVICE', { ...about, own: true }],
      [undefined, 'sweep', 'SERVICE', { ...about, own: false }],
    ],
    [
      'context has profilesKnown && context.profilesKnown',
      [undefined, undefined, undefined, { ...about, profilesKnown: true }],
      [undefined, undefined, undefined, { ...about, profilesKnown: false }],
    ],
    [
      '!(context has profilesKnown)',
      [],
      [undefined, undefined, undefined, { ...about, profilesKnown: false }],
    ],
    ['context has roleName', [undefined, undefined, undefined, { ...about, roleName: 'x' }], []],
  ];
  const filled = (given: Partial<Question>) => base.map((part, i) => given[i] ?? part) as Question;
  for (const [condition, yes, no] of rows) {
    const { allows } = permit(condition);
    for (const round of ['asked', 'asked again']) {
      t.equal(allows(...filled(yes)), true, `${condition}: ${round}`);
      t.equal(allows(...filled(no)), false, `not ${condition}: ${round}`);
    }
  }
});

t.test('groups that no policy names are ignored, however many', async (t) => {
  const permissions =
    createPermissions(`permit (principal in Rolewright::Group::"\\u{e9}\\"", action, resource);
    permit (principal, action, resource) when { principal is Rolewright::User in Rolewright::Group::"when" };
    permit (principal, action, resource) when { if true then [principal].containsAny([principal]) && principal in [Rolewright::Group::"deep"] else false };
    forbid (principal, action, resource) unless { !(principal in Rolewright::Group::"unless") };`);
  // Cedar would throw at half of a surrogate pair.
  const others = ['\ud800', ...Array.from({ length: 499 }, (_, i) => `other-${i}`)];
  for (const [groups, expected] of [
    [['é"'], true],
    [['when'], true],
    [['deep'], true],
    [['when', 'unless'], false],
    [[], false],
  ] as const)
    for (const all of [groups, [...groups, ...others], [...others, ...groups]])
      t.equal(
        permissions.allows(caller([...all]), 'account', account({}), about),
        expected,
        `${groups} of ${all.length}`,
      );
});

t.test('without a permit the answer is no, and a forbid overrides permits', async (t) => {
  const permissions = createPermissions(readPolicies(defaultFile));
  const administrator = caller(['rolewright-administrators']);
  t.ok(permissions.allows(administrator, 'exportLog', 'SERVICE', about));
  t.notOk(permissions.allows(caller([]), 'account', account({}), about), 'no groups');
  t.notOk(
    permissions.allows(
      caller(['Rolewright-Viewers', 'rolewright', 'viewers']),
      'account',
      account({}),
      about,
    ),
    'similar names',
  );
  t.notOk(
    permissions.allows(caller(['rolewright-operators']), 'inventedOperation', account({}), about),
    'an action in no group',
  );
  const guarded = createPermissions(
    'permit (principal, action, resource); forbid (principal, action, resource) when { resource.hasTag("env") && resource.getTag("env") == "prod" };',
  );
  t.ok(guarded.allows(administrator, 'account', account({ env: 'dev' }), about));
  t.notOk(guarded.allows(administrator, 'account', account({ env: 'prod' }), about));
});

t.test('an error in a policy denies the request', async (t) => {
  // Cedar ignores a forbid whose evaluation fails. Validation finds this one; one that it misses ends the
  // same way.
  const { allows } = createPermissions(
    'permit (principal, action, resource); forbid (principal, action, resource) when { resource.getTag("env") == "prod" };',
  );
  t.ok(allows(caller([]), 'account', account({ env: 'dev' }), about));
  t.notOk(allows(caller([]), 'account', account({}), about));
});

t.test('names of accounts, groups, labels and callers are data', async (t) => {
  const odd = [
    '"',
    '\\',
    '");permit(principal,action,resource);//',
    '__entity',
    '__proto__',
    '𝕏',
    '*',
    'a|b',
  ];
  const { allows } = createPermissions('permit (principal in Rolewright::Group::"a", action, resource);');
  for (const text of odd) {
    const resource: Resource = {
      accountId: text,
      account: { name: text, partition: 'aws', labels: { [text]: text } },
    };
    const actor = { subject: text, issuer: text };
    t.notOk(allows(caller([text], { actor }), 'account', resource, { ...about, roleName: text }), text);
    t.ok(allows(caller([text, 'a'], { actor }), 'account', resource, { ...about, roleName: text }), text);
  }
});

t.test('properties that policies can distinguish', async (t) => {
  const all = 'permit (principal, action, resource)';
  const cases: [policy: string, ...apart: ('accounts' | 'labels' | 'roleNames')[]][] = [
    [`@id("name") ${all};`],
    [
      `permit (principal in Rolewright::Group::"staff", action in Rolewright::Action::"read", resource) when { !context.dryRun };`,
    ],
    [`${all} when { resource has name };`, 'accounts'],
    [`${all} when { resource.id like "1*" };`, 'accounts'],
    [`${all} when { resource.hasTag("team") };`, 'labels'],
    [`${all} when { context has roleName && context.roleName == "a" };`, 'roleNames'],
    [`${all} when { context has profilesKnown };`],
    ['permit (principal, action, resource == Rolewright::Account::"111122223333");', 'accounts'],
    ['permit (principal, action, resource is Rolewright::Account);', 'accounts'],
    [`${all} when { context.via == "\\u{52}EST" };`, 'accounts', 'labels', 'roleNames'],
  ];
  for (const [policy, ...apart] of cases) {
    const { tellsApart, considersProfiles } = createPermissions(policy);
    t.same(
      Object.entries(tellsApart).flatMap(([what, tells]) => (tells ? [what] : [])),
      apart,
      policy,
    );
    t.equal(considersProfiles, policy.includes('profilesKnown') || policy.includes('\\u'), policy);
  }
});
