import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Checkpoint } from '#src/schema/audit.ts';
import type { Change } from '#src/schema/change.ts';
import { allChanges, changeOf, send } from '../chaos/client.ts';
import { memberTrust, roleName, trustOf } from '../chaos/stage.ts';
import { until } from '../chaos/waiting.ts';
import { hub } from '../sandbox/fleet.ts';
import { page, readParts, withoutTarget } from './page.ts';
import type { Place } from './place.ts';

const accounts = { plain: '290000000001', pending: '290000000002', gap: '290000000003' };
const patienceMs = 120_000;

function require(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** What the script does between the page's commands, by the name in the page. */
export function createSteps(place: Place): Record<string, () => Promise<void>> {
  const { aws, env, sql } = place;
  let next = 0;
  let release = () => {};
  let inFlight: Promise<Change> | null = null;
  let pending = '';
  let noted: { length: number } = { length: 0 };

  async function extend(accountId: string): Promise<Change> {
    next += 1;
    const path = `/v1/accounts/${accountId}/execution-roles/${roleName}/extend`;
    const answer = await send(place.service().origin, 'POST', path, {
      clusters: [{ region: 'us-west-2', name: `c${next}` }],
      reason: `drill ${next}`,
    });
    const change = changeOf(answer);
    require(change !== null, `an extension was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return change;
  }

  /** The file begins with the first checkpoint. A line that is being written has no end yet. */
  const published = (): Checkpoint[] => {
    const file = env.CHECKPOINTS ?? '';
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
    return lines.map((line) => JSON.parse(line));
  };

  async function signed(): Promise<void> {
    const seqs = await Promise.all(
      Object.values(accounts).map((id) => allChanges(place.service().origin, id)),
    ).then((all) => all.flat().map(({ seq }) => seq));
    await until(
      'the newest entry is signed',
      patienceMs,
      () => (published().at(-1)?.seq ?? 0) >= Math.max(...seqs),
    );
  }

  async function begin(): Promise<void> {
    const { accountId, ...keys } = hub;
    aws.world.putAccount({ accountId, accessKeys: [{ ...keys, userName: 'rolewright' }] });
    for (const accountId of Object.values(accounts)) {
      aws.world.putAccount({ accountId });
      aws.world.putRole({ accountId, roleName: 'RolewrightMember', trustText: JSON.stringify(memberTrust) });
      const attached = ['arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'];
      aws.world.putRole({
        accountId,
        roleName,
        trustText: JSON.stringify(trustOf(accountId, ['first'])),
        attached,
      });
      const { status } = await send(place.service().origin, 'PUT', `/v1/accounts/${accountId}`, {
        name: accountId,
      });
      require(status === 200 || status === 201, `an account was not registered: ${status}`);
    }
  }

  const archived = async () => {
    const { rows } = await sql('SELECT pg_walfile_name(pg_switch_wal()) AS last');
    await until('the WAL is archived', patienceMs, async () => {
      const { rows: found } = await sql('SELECT last_archived_wal AS last FROM pg_stat_archiver');
      return (found[0]?.last ?? '') >= rows[0]?.last;
    });
  };

  return {
    async change() {
      await begin();
      for (const accountId of [accounts.plain, accounts.gap]) await extend(accountId);
      await signed();
    },
    async 'dump while a change is in flight'() {
      const held = Promise.withResolvers<void>();
      release = held.resolve;
      aws.world.onCall(async ({ action, when, accountId }) => {
        if (action === 'iam:UpdateAssumeRolePolicy' && when === 'before' && accountId === accounts.pending)
          await held.promise;
        return undefined;
      });
      inFlight = extend(accounts.pending);
      // Awaited in the next step.
      inFlight.catch(() => {});
      await until('the change is in the log', patienceMs, async () => {
        const [first] = await allChanges(place.service().origin, accounts.pending);
        pending = first?.id ?? '';
        return first?.outcome === 'PENDING';
      });
    },
    async 'note the change that the dump has as pending'() {
      release();
      const change = await inFlight;
      require(change?.id === pending, 'another change was in flight');
      // This one is lost with the database.
      await extend(accounts.gap);
      await signed();
    },
    'stop the service': () => place.stopService(),
    async 'lose the database'() {
      await sql('DROP DATABASE rolewright WITH (FORCE)');
    },
    async 'start the service with the old sink, which must sign nothing'() {
      noted = published();
      const replica = await place.startService('checkpoints.ndjson');
      await until('the service says so', patienceMs, () =>
        replica.output().includes('THE AUDIT LOG IS NOT INTACT'),
      );
      await place.stopService();
      require(published().length === noted.length, 'the service has signed a log that is not intact');
    },
    async 'start the service with a new sink'() {
      await place.startService('checkpoints-after-restore.ndjson');
      await extend(accounts.plain);
      await signed();
    },
    async 'a change of a role that was changed in the gap says editedOutside'() {
      const { editedOutside } = await extend(accounts.gap);
      require(editedOutside, 'the change does not say that the role was edited outside');
    },
    async 'the pending change is settled by recovery'() {
      let found: Change | undefined;
      await until('the change is settled', patienceMs, async () => {
        found = (await allChanges(place.service().origin, accounts.pending)).find(({ id }) => id === pending);
        if (found?.outcome === 'PENDING') await pause(200);
        return found !== undefined && found.outcome !== 'PENDING';
      });
      require(found?.outcome === 'SUCCEEDED' && found.recovered, `recovery found ${found?.outcome}`);
      await signed();
    },
    async 'change, note the time, change again, and archive the WAL'() {
      await extend(accounts.plain);
      const { rows } = await sql('SELECT clock_timestamp()::text AS now');
      env.TARGET = String(rows[0]?.now);
      await extend(accounts.plain);
      await signed();
      await place.stopService();
      await archived();
    },
    'lose the server': () => place.loseServer(),
    'start the server': () => place.startServer(),
    async 'lose the server again, and restore all that was archived'() {
      await place.loseServer();
      const restore = readParts(page).find(({ text }) => text.includes('recovery.signal'));
      await place.run(withoutTarget(restore?.text ?? 'false'));
      await place.startServer();
    },
  };
}
