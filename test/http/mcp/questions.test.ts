import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import t from 'tap';
import type { Change } from '#src/schema/change.ts';
import { authenticateAnyone, headersOf } from '#test/support/callers.ts';
import { callTool, connectAssistant, type Way, ways } from '#test/support/mcp.ts';
import { runSql } from '#test/support/postgres.ts';
import { clusters, roleName, startService, statementOf } from '#test/support/service.ts';
import { runSweep } from '#test/support/sweep.ts';

// Questions as people ask them. Each is answered from calls of tools alone, over both transports. What is
// right is read from the AWS sandbox and from the database, never from the service.

const service = await startService(t, { authenticate: () => authenticateAnyone, sweepConcurrency: 2 });
const { world, rest } = service;
const [pay, search, data, shared] = [
  await service.account({ labels: { team: 'pay' } }),
  await service.account({ labels: { team: 'search' } }),
  await service.account({ labels: { team: 'data' } }),
  await service.account({ labels: { team: 'shared' } }),
];
const policy = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
const away = '100000000999';

pay.seed(['checkout', 'returns']);
pay.cluster('checkout');
pay.cluster('returns', { accessEntries: [] });
search.seed([], {
  trustText: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statementOf([]), Condition: {} }] }),
});
shared.seed(['a'], { attached: [] });
shared.seed(['b', 'c'], {
  roleName: 'second-role',
  tags: { ManagedBy: 'Terraform' },
  attached: [policy, 'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy'],
});
shared.cluster('a', { profiles: [{ name: 'default' }] });
await rest('PUT', `/v1/accounts/${away}`, { name: 'nobody-answers' });

const alice = headersOf(['alice', 'rolewright-operators']);
const extend = async (names: string[], reason: string, headers: Record<string, string>) =>
  await rest('POST', `${pay.role}/extend`, { clusters: clusters(...names), reason }, headers);
await extend(['refunds'], 'CHG-1: refunds goes live', alice);
await extend(['ledger'], 'CHG-2: ledger goes live', headersOf(['bob', 'rolewright-operators']));
await extend(['secret'], 'CHG-3: I want it', headersOf(['mallory', 'rolewright-viewers']));
await runSweep(service, { operation: 'CHECK', select: { all: true } });

async function select<T>(statement: string): Promise<T[]> {
  const [found] = await runSql(service.databaseUrl, statement);
  return found?.rows as T[];
}

/** What AWS holds: the lines of a role's trust policy. */
const linesIn = (accountId: string, name = roleName) =>
  [...(world.role(accountId, name)?.trustText ?? '').matchAll(/arn:[^"]*fargateprofile[^"]*/g)].map(
    ([line]) => line,
  );
const isAttached = (accountId: string, name = roleName) =>
  world.role(accountId, name)?.attached.includes(policy) ?? false;
const hasEntry = (cluster: string) =>
  world.cluster(pay.accountId, 'us-west-2', cluster)?.accessEntries.length !== 0;
/** What the database holds: the entries of the log that open a change, newest first. */
const entriesWhere = async (isMeant: (entry: Change) => boolean): Promise<Change[]> => {
  const rows = await select<{ body: string }>('SELECT body FROM ledger_entry ORDER BY seq DESC');
  return rows
    .map(({ body }) => JSON.parse(body) as Change)
    .filter((entry) => entry.settles === null && isMeant(entry));
};
const idsOf = (entries: Change[]) => entries.map(({ id }) => id);
const accountsWith = async (condition: string) =>
  (await select<{ account_id: string }>(`SELECT account_id FROM account WHERE ${condition}`)).map(
    ({ account_id }) => account_id,
  );

// biome-ignore lint/suspicious/noExplicitAny: the answer of a tool, as the question knows it
type Ask = (tool: string, args?: object) => Promise<any>;
interface Question {
  asks: string;
  /** The answer, from calls of tools. */
  answer: (ask: Ask) => Promise<unknown>;
  /** What is right, from AWS's state and the database. */
  truth: () => unknown;
}
// biome-ignore lint/suspicious/noExplicitAny: as above
type Item = any;
const now = new Date();
const yesterday = new Date(now.getTime() - 86_400_000).toISOString();

const questions: Question[] = [
  {
    asks: 'Which roles in the shared account are not compliant?',
    answer: async (ask) =>
      (await ask('find_roles', { accountId: shared.accountId })).items
        .filter(({ verdict }: Item) => verdict !== 'COMPLIANT')
        .map(({ untrusted }: Item) => untrusted.roleName),
    truth: () => [roleName, 'second-role'].filter((name) => !isAttached(shared.accountId, name)),
  },
  {
    asks: 'Which clusters does the second role of the shared account cover?',
    answer: async (ask) =>
      (await ask('find_roles', { accountId: shared.accountId })).items.find(
        ({ untrusted }: Item) => untrusted.roleName === 'second-role',
      ).untrusted.clusters,
    truth: () =>
      linesIn(shared.accountId, 'second-role').map((line) =>
        line.replace(/^arn:aws:eks:([^:]+):\d+:fargateprofile\/([^/]+)\/.*$/, '$1/$2'),
      ),
  },
  {
    asks: 'Does the data account have a pod execution role?',
    answer: async (ask) => (await ask('find_roles', { accountId: data.accountId })).items.length > 0,
    truth: () => world.role(data.accountId, roleName) !== null,
  },
  {
    asks: 'May the cluster checkout use the role of the pay account?',
    answer: async (ask) => {
      const args = { accountId: pay.accountId, roleName, clusters: ['us-west-2/checkout'] };
      return (await ask('check_role', args)).clusters[0].covered;
    },
    truth: () => linesIn(pay.accountId).includes(pay.line('checkout')) && isAttached(pay.accountId),
  },
  {
    asks: 'And may checkout in Frankfurt?',
    answer: async (ask) => {
      const args = { accountId: pay.accountId, roleName, clusters: ['eu-central-1/checkout'] };
      return (await ask('check_role', args)).clusters[0].covered;
    },
    truth: () => linesIn(pay.accountId).includes(pay.line('checkout', 'eu-central-1')),
  },
  {
    asks: 'Which of checkout, refunds and nowhere may use it?',
    answer: async (ask) => {
      const names = ['us-west-2/checkout', 'us-west-2/refunds', 'us-west-2/nowhere'];
      const report = await ask('check_role', { accountId: pay.accountId, roleName, clusters: names });
      return report.clusters
        .filter(({ covered }: Item) => covered)
        .map(({ untrusted }: Item) => untrusted.cluster);
    },
    truth: () =>
      ['checkout', 'refunds', 'nowhere']
        .filter((name) => linesIn(pay.accountId).includes(pay.line(name)))
        .map((name) => `us-west-2/${name}`),
  },
  {
    asks: 'What is missing at the usual role of the shared account?',
    answer: async (ask) => {
      const args = { accountId: shared.accountId, roleName, clusters: ['us-west-2/a'] };
      return (await ask('check_role', args)).findings
        .filter(({ severity }: Item) => severity === 'ERROR')
        .map(({ code }: Item) => code);
    },
    truth: () => (isAttached(shared.accountId) ? [] : ['POLICY_NOT_ATTACHED']),
  },
  {
    asks: 'Can every account use the role of the search account?',
    answer: async (ask) => {
      const args = { accountId: search.accountId, roleName, clusters: ['us-west-2/x'] };
      return (await ask('check_role', args)).findings.some(({ code }: Item) => code === 'SOURCE_ARN_MISSING');
    },
    truth: () => !world.role(search.accountId, roleName)?.trustText.includes('aws:SourceArn'),
  },
  {
    asks: 'Which tool owns the second role of the shared account?',
    answer: async (ask) =>
      (
        await ask('check_role', {
          accountId: shared.accountId,
          roleName: 'second-role',
          clusters: ['us-west-2/b'],
        })
      ).untrusted.tags,
    truth: () =>
      Object.entries(world.role(shared.accountId, 'second-role')?.tags ?? {}).map(
        ([key, value]) => `${key}=${value}`,
      ),
  },
  {
    asks: 'Is the cluster checkout ready for pods on Fargate?',
    answer: async (ask) =>
      (await ask('cluster_readiness', { accountId: pay.accountId, cluster: 'us-west-2/checkout' })).verdict,
    truth: () => (hasEntry('checkout') ? 'READY' : 'NOT_READY'),
  },
  {
    asks: 'Why is the cluster returns not ready?',
    answer: async (ask) => {
      const args = { accountId: pay.accountId, cluster: 'us-west-2/returns' };
      const found = await ask('cluster_readiness', args);
      return [found.verdict, found.profiles[0].accessEntry];
    },
    truth: () => (hasEntry('returns') ? ['READY', 'PRESENT'] : ['NOT_READY', 'MISSING']),
  },
  {
    asks: 'Is there a cluster reports in the pay account?',
    answer: async (ask) => {
      const found = await ask('cluster_readiness', {
        accountId: pay.accountId,
        cluster: 'us-west-2/reports',
      });
      return !found.findings.some(({ code }: Item) => code === 'CLUSTER_NOT_FOUND');
    },
    truth: () => world.cluster(pay.accountId, 'us-west-2', 'reports') !== null,
  },
  {
    asks: 'How many roles of the fleet were compliant at the last check?',
    answer: async (ask) => (await ask('fleet_posture')).verdicts.COMPLIANT,
    truth: async () =>
      Number(
        (await runSql(service.databaseUrl, "SELECT count(*) FROM posture WHERE verdict = 'COMPLIANT'"))[0]
          ?.rows[0]?.count,
      ),
  },
  {
    asks: 'Which accounts have a role without its policy?',
    answer: async (ask) =>
      (await ask('fleet_posture', { finding: 'POLICY_NOT_ATTACHED' })).items.map(
        ({ accountId }: Item) => accountId,
      ),
    truth: () =>
      [pay, search, shared].map(({ accountId }) => accountId).filter((accountId) => !isAttached(accountId)),
  },
  {
    asks: 'Which account is called nobody-answers, and can it be reached?',
    answer: async (ask) =>
      (await ask('find_accounts', { q: 'nobody-answers' })).items.map(({ accountId, error }: Item) => [
        accountId,
        error,
      ]),
    truth: async () =>
      (await accountsWith("name = 'nobody-answers'")).map((accountId) => [
        accountId,
        world.account(accountId) === null ? 'ACCOUNT_UNREACHABLE' : null,
      ]),
  },
  {
    asks: 'Which accounts are of team pay?',
    answer: async (ask) =>
      (await ask('find_accounts', { labels: { team: 'pay' } })).items.map(({ accountId }: Item) => accountId),
    truth: () => accountsWith("labels->>'team' = 'pay'"),
  },
  {
    asks: 'What changed on the role of the pay account since yesterday, and who did it?',
    answer: async (ask) =>
      (
        await ask('list_changes', {
          accountId: pay.accountId,
          roleName,
          since: yesterday,
          outcome: 'SUCCEEDED',
        })
      ).items.map(({ id, untrusted }: Item) => [
        id,
        untrusted.actor,
        untrusted.clustersGained,
        untrusted.reason,
      ]),
    truth: async () =>
      (await entriesWhere(({ outcome }) => outcome === 'PENDING')).map(({ id, actor, clusters, reason }) => [
        id,
        actor.subject,
        clusters.map(({ region, name }) => `${region}/${name}`),
        reason,
      ]),
  },
  {
    asks: 'What did Alice change?',
    answer: async (ask) => (await ask('list_changes', { actor: 'alice' })).items.map(({ id }: Item) => id),
    truth: async () => idsOf(await entriesWhere(({ actor }) => actor.subject === 'alice')),
  },
  {
    asks: 'Which change was made for the ticket CHG-2?',
    answer: async (ask) => (await ask('list_changes', { q: 'CHG-2' })).items.map(({ id }: Item) => id),
    truth: async () => idsOf(await entriesWhere(({ reason }) => /CHG-2/.test(reason ?? ''))),
  },
  {
    asks: 'Who tried to change something without permission?',
    answer: async (ask) =>
      (await ask('list_changes', { outcome: 'FAILED' })).items
        .filter(({ error }: Item) => error === 'FORBIDDEN')
        .map(({ untrusted }: Item) => untrusted.actor),
    truth: async () =>
      (await entriesWhere(({ error }) => error?.code === 'FORBIDDEN')).map(({ actor }) => actor.subject),
  },
  {
    asks: 'What would extending the role of the pay account by the cluster new change?',
    answer: async (ask) => {
      const args = { accountId: pay.accountId, roleName, clusters: ['us-west-2/new'] };
      const { steps, untrusted } = await ask('plan_extension', args);
      return [steps, untrusted.valuesAdded, untrusted.valuesRemoved, untrusted.clustersGained];
    },
    truth: () =>
      linesIn(pay.accountId).includes(pay.line('new'))
        ? [[], [], [], []]
        : [['iam:UpdateAssumeRolePolicy'], [pay.line('new')], [], ['us-west-2/new']],
  },
  {
    asks: 'Does extending it by checkout change anything?',
    answer: async (ask) => {
      const args = { accountId: pay.accountId, roleName, clusters: ['us-west-2/checkout'] };
      return (await ask('plan_extension', args)).steps.length > 0;
    },
    truth: () => !linesIn(pay.accountId).includes(pay.line('checkout')),
  },
  {
    asks: 'What would repairing the trust policy of the search account add?',
    answer: async (ask) => {
      const args = {
        accountId: search.accountId,
        roleName,
        clusters: ['us-west-2/x'],
        onMismatch: 'MERGE',
      };
      return (await ask('plan_extension', args)).untrusted.valuesAdded.filter((one: string) =>
        one.startsWith('arn:'),
      );
    },
    truth: () => [search.line('x')].filter((line) => !linesIn(search.accountId).includes(line)),
  },
  {
    asks: 'Where does POLICY_NOT_ATTACHED stand in the way, and what does it mean?',
    answer: async (ask) =>
      (await ask('explain_finding', { code: 'POLICY_NOT_ATTACHED' })).cause.split('`')[1],
    truth: () => policy.split('/')[1],
  },
];
t.ok(questions.length >= 20, `${questions.length} questions`);

const token = headersOf(['carol', 'rolewright-viewers', 'rolewright-operators']).authorization.split(' ')[1];

/** The entries of the log and of AWS's ledger. No question may add one. */
async function written(): Promise<object> {
  return { log: await select('SELECT seq, hash FROM ledger_entry ORDER BY seq'), aws: world.ledger() };
}

for (const way of ways)
  t.test(`over ${way}`, async (t) => {
    const before = await written();
    const client = await connectAssistant(t, service, { way, token });
    // Without the list, the client would not validate the answers.
    t.ok((await client.listTools()).tools.length > 5);
    for (const { asks, answer, truth } of questions) {
      const given = await answer(asking(client, way));
      t.same(given, await truth(), asks);
    }
    t.same(await written(), before, 'nothing was written, to AWS or to the log');
  });

/** Calls a tool of this assistant. Throws where it answers an error. */
const asking =
  (client: Client, way: Way): Ask =>
  async (tool, args) => {
    const { data: answered, text, isError } = await callTool(client, tool, args);
    if (isError) throw new Error(`${way} ${tool}: ${text}`);
    return answered;
  };
