import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ConfigError, loadConfig } from '#src/config.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import { defaultFile, PolicyError, readPolicies } from '#src/permissions/policies.ts';
import { teamPolicies } from '#test/support/callers.ts';
import { callerOf } from '#test/support/scripted-aws.ts';

/** Actions about one sweep or schedule. */
const ofSomebody = ['sweep', 'sweepResults', 'cancelSweep', 'schedule', 'putSchedule', 'deleteSchedule'];
const anyone = 'permit (principal, action, resource);';

t.test('valid files', async (t) => {
  t.match(readPolicies(defaultFile), /rolewright-viewers/);
  for (const text of [
    anyone,
    teamPolicies,
    `// Grüße\n${anyone}`,
    `${anyone}\nforbid (principal, action in Rolewright::Action::"write", resource) unless { context.dryRun };`,
    `${anyone}\nforbid (principal, action, resource) when { context has roleName && context.roleName like "prod-*" };`,
    `${anyone}\nforbid (principal, action, resource) when { resource has partition && resource.partition == "aws-cn" };`,
    `${anyone}\nforbid (principal, action, resource) when { context has own && !context.own };`,
    `${anyone}\nforbid (principal, action in [${ofSomebody.map((name) => `Rolewright::Action::"${name}"`).join()}], resource) unless { context.own };`,
    'permit (principal == Rolewright::User::"https://issuer.example|terraform", action, resource);',
  ]) {
    const path = join(t.testdir(), 'policies.cedar');
    writeFileSync(path, text);
    t.equal(readPolicies(path), text);
    t.doesNotThrow(() => loadConfig({ AUTH: 'none', DATABASE_URL: 'embedded', PERMISSIONS_FILE: path }));
  }
});

const examples = [...readFileSync('docs/permissions.md', 'utf8').matchAll(/```cedar\n([\s\S]*?)```/g)].map(
  ([, text = '']) => text,
);
/** The permissions of an example, as the service reads them from a file. */
function readExample(folder: string, index: number) {
  const path = join(folder, 'policies.cedar');
  writeFileSync(path, examples[index] ?? '');
  return createPermissions(readPolicies(path));
}

t.test('the example of docs/permissions.md about profiles', async (t) => {
  t.equal(examples.length, 2);
  const { allows, considersProfiles } = readExample(t.testdir(), 1);
  t.equal(considersProfiles, true);
  const resource = { accountId: '111122223333', account: null };
  const may = (action: string, profilesKnown: boolean | null, ...more: string[]) =>
    allows({ ...callerOf(), groups: ['platform', ...more] }, action, resource, {
      dryRun: false,
      roleName: 'r',
      own: null,
      profilesKnown,
    });
  t.same(
    [true, null, false].map((known) => may('retractCluster', known)),
    [true, true, false],
  );
  t.ok(may('retractCluster', false, 'on-call'));
  t.ok(may('putAccount', false), 'no other action');
});

t.test('the example of docs/permissions.md is valid', async (t) => {
  const { allows } = readExample(t.testdir(), 0);
  const may = (groups: string[], env: string, dryRun = false) =>
    allows(
      { ...callerOf(), groups },
      'extendExecutionRole',
      {
        accountId: '111122223333',
        account: { name: 'x', partition: 'aws', labels: { team: 'payments', env } },
      },
      { dryRun, roleName: null, own: null, profilesKnown: null },
    );
  t.ok(may(['payments'], 'test'));
  t.notOk(may(['payments'], 'production'));
  t.ok(may(['payments'], 'production', true));
  t.ok(may(['payments', 'on-call'], 'production'));
  t.notOk(may(['staff'], 'test'));
  const maySweep = (groups: string[], own: boolean) =>
    allows({ ...callerOf(), groups }, 'sweep', 'SERVICE', {
      dryRun: false,
      roleName: null,
      own,
      profilesKnown: null,
    });
  t.ok(maySweep(['staff'], true));
  t.notOk(maySweep(['staff'], false));
  t.ok(maySweep(['platform'], false));
});

t.test('errors of a file have their place', async (t) => {
  const when = (condition: string) => `permit (principal, action, resource)\nwhen { ${condition} };`;
  const rows: [what: string, text: string | Buffer, faults: RegExp[]][] = [
    ['syntax', `${anyone}\n${when('resource.')}`, [/:3:18: .*unexpected token `}`/]],
    [
      'an unknown action',
      'permit (\n  principal,\n  action == Rolewright::Action::"extendRole",\n  resource\n);',
      [/:3:13: unrecognized action .*extendRole.*did you mean/],
    ],
    [
      'an unknown attribute',
      when('resource.team == "x"'),
      [/:2:8: attribute `team` .*Account/, /:2:8: attribute `team` .*Service/],
    ],
    [
      'an attribute that may be missing',
      when('resource is Rolewright::Account && resource.name == "x"'),
      [/:2:43: .*`name`/],
    ],
    [
      'a label that may be missing',
      when('resource is Rolewright::Account && resource.getTag("team") == "x"'),
      [/:2:43: .*tag `"team"`/],
    ],
    [
      'an unknown field of the context',
      'permit (principal, action == Rolewright::Action::"account", resource) when { context.ip == "x" };',
      [/:1:78: .*`ip`/],
    ],
    [
      'own, where it may not be told',
      `${anyone}\nforbid (principal, action in [Rolewright::Action::"sweep", Rolewright::Action::"startSweep"], resource) unless { context.own };`,
      [/:2:\d+: .*`own`/],
    ],
    ['a wrong type', when('context.dryRun == "yes"'), [/:2:8: .*types/]],
    [
      'an unknown type',
      'permit (principal in Group::"viewers", action, resource);',
      [/:1:22: unrecognized entity type `Group`/],
    ],
    [
      'a policy that never applies',
      `${anyone}\n${when('principal is Rolewright::Group')}`,
      [/:2:1: policy is impossible/],
    ],
    [
      'an action of no such resource',
      `${anyone}\npermit (principal, action == Rolewright::Action::"exportLog", resource is Rolewright::Account);`,
      [/:2:1: /, /:2:1: /],
    ],
    [
      'after letters of more bytes than one',
      `// äöü €\n/* 😀 */ permit (principal in Grüppe::"x", action, resource);`,
      [/:2:/],
    ],
    [
      'several at once',
      `${when('resource.team == "x"')}\npermit (principal in Group::"x", action, resource);`,
      [/:2:8: /, /:2:8: /, /:3:22: /],
    ],
    ['a template', 'permit (principal == ?principal, action, resource);', [/policies\.cedar: .*template/]],
    ['nothing', '', [/: no policy permits anything/]],
    ['nothing but a comment', `// ${anyone}\n`, [/: no policy permits anything/]],
    ['nothing that permits', 'forbid (principal, action, resource);', [/: no policy permits anything/]],
    ['no text', Buffer.from([0x70, 0xff, 0xfe]), [/: not UTF-8 text/]],
  ];
  for (const [what, text, expected] of rows) {
    const path = join(t.testdir(), 'policies.cedar');
    writeFileSync(path, text);
    const faults = faultsOf(path);
    t.equal(faults.length, expected.length, what, { faults });
    for (const [i, pattern] of expected.entries()) t.match(faults[i], pattern, what);
    for (const fault of faults) t.ok(fault.startsWith(path), `${what}: the file is named`);
  }
  t.match(faultsOf('/nowhere/policies.cedar'), [
    /^\/nowhere\/policies\.cedar: the file cannot be read \(ENOENT\)$/,
  ]);
});

t.test('an invalid file stops the start, reported with all other errors', async (t) => {
  const path = join(t.testdir(), 'policies.cedar');
  writeFileSync(
    path,
    'permit (principal, action == Rolewright::Action::"a", resource);\npermit (principal, action == Rolewright::Action::"b", resource);',
  );
  const settings = { AUTH: 'none', DATABASE_URL: 'embedded', PORT: 'x', PERMISSIONS_FILE: path };
  t.throws(() => loadConfig(settings), {
    constructor: ConfigError,
    message:
      /^PORT .*\nPERMISSIONS_FILE .*policies\.cedar:1:30: unrecognized action.*\nPERMISSIONS_FILE .*policies\.cedar:2:30: unrecognized action/,
  });
});

function faultsOf(path: string): string[] {
  try {
    readPolicies(path);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.faults;
  }
}
