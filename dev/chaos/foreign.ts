import type { World } from '../sandbox/aws/world.ts';
import { type Answer, allChanges, changeOf, send } from './client.ts';
import { judge } from './judge.ts';
import type { Random } from './random.ts';
import type { Row } from './row.ts';
import { lineOf, roleName, type Stage, startStage, type trustOf } from './stage.ts';

/** When somebody else edits the role, relative to the service's change. */
const moments = [
  'before the service is asked',
  'after its first look at the role',
  'after any look before its write',
  'as its write reaches AWS',
] as const;
type Moment = (typeof moments)[number];
type Trust = ReturnType<typeof trustOf>;

/** How somebody else edits the trust policy. */
const edits = {
  'a statement added': (trust: Trust, accountId: string) => {
    const statement = {
      Sid: 'Foreign',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: 'sts:AssumeRole',
    };
    return { ...trust, Statement: [...trust.Statement, statement] };
  },
  'a line added': (trust: Trust, accountId: string) =>
    withLines(trust, (lines) => [...lines, lineOf(accountId, 'Foreign')]),
  'a line taken away': (trust: Trust) =>
    withLines(trust, (lines) => lines.filter((line) => !line.includes('/doomed/'))),
};
type Edit = keyof typeof edits;

function withLines(trust: Trust, change: (lines: string[]) => string[]) {
  const [first, ...others] = trust.Statement;
  if (!first) throw new Error('the role has no statement');
  const given = first.Condition.ArnLike['aws:SourceArn'];
  return {
    ...trust,
    Statement: [{ ...first, Condition: { ArnLike: { 'aws:SourceArn': change([given].flat()) } } }, ...others],
  };
}

const trustText = (world: World, accountId: string) => world.role(accountId, roleName)?.trustText ?? '';

/** Is the edit still there? */
const stands = (text: string, edit: Edit) =>
  edit === 'a line taken away' ? !text.includes('/doomed/') : text.includes('Foreign');

interface Round {
  wasEdited: boolean;
  /**
   * The service could have noticed the edit: it read the role afterwards, or still had to read it before its
   * write.
   */
  wasPreventable: boolean;
  answer: Answer;
}

/** Extends a new role, then extends it again while somebody else edits it. */
async function play(
  stage: Stage,
  origin: string,
  accountId: string,
  moment: Moment,
  edit: Edit,
  random: Random,
): Promise<Round> {
  const { world } = stage.aws;
  const extend = (name: string) =>
    send(origin, 'POST', `/v1/accounts/${accountId}/execution-roles/${roleName}/extend`, {
      clusters: [{ region: 'us-west-2', name }],
    });
  stage.account(accountId, ['first', 'doomed']);
  await stage.register(origin, accountId);
  const { status, body } = await extend('ours');
  if (status !== 200) throw new Error(`the change before was answered ${status}: ${JSON.stringify(body)}`);

  const strikeAt = moment === 'after any look before its write' ? random.between(1, 2) : 1;
  let looks = 0;
  let looksAfter = 0;
  let wasEdited = false;
  let hasWritten = false;
  const strike = () => {
    const trust = JSON.parse(trustText(world, accountId)) as Trust;
    world.putRole({ accountId, roleName, trustText: JSON.stringify(edits[edit](trust, accountId)) });
    wasEdited = true;
  };
  if (moment === 'before the service is asked') strike();
  world.onCall(({ action, when, roleName: name }) => {
    if (name !== roleName) return undefined;
    const isLook = action === 'iam:GetRole';
    const isWrite = action === 'iam:UpdateAssumeRolePolicy';
    if (isLook && when === 'before' && wasEdited && !hasWritten) looksAfter += 1;
    if (isLook && when === 'after' && !hasWritten) looks += 1;
    const isNow =
      moment === 'as its write reaches AWS'
        ? isWrite && when === 'before'
        : isLook && when === 'after' && looks === strikeAt;
    if (isNow && !wasEdited && !hasWritten) strike();
    if (isWrite && when === 'after') hasWritten = true;
    return undefined;
  });
  const answer = await extend('more');
  world.onCall(null);
  return {
    wasEdited,
    wasPreventable: looksAfter > 0 || moment === 'after its first look at the role',
    answer,
  };
}

export const foreign: Row = {
  promise:
    'an edit from outside between read and write is always detected, and nothing is overwritten silently',
  quick: 24,
  short: 200,
  long: 2000,
  async run({ random, rounds }) {
    const stage = await startStage({ random: random.fork('aws') });
    try {
      const { world } = stage.aws;
      const replica = await stage.replica();
      const broken: string[] = [];
      const count: Record<string, number> = {};
      const add = (what: string) => {
        count[what] = (count[what] ?? 0) + 1;
      };
      for (let round = 0; round < rounds; round += 1) {
        const accountId = String(230000000001 + round);
        const moment = moments[round % moments.length] ?? moments[0];
        const edit = random.oneOf(Object.keys(edits) as Edit[]);
        const { wasEdited, wasPreventable, answer } = await play(
          stage,
          replica.origin,
          accountId,
          moment,
          edit,
          random,
        );
        const { broken: found } = judge({
          writes: stage.writes(accountId),
          changes: await allChanges(replica.origin, accountId),
        });
        broken.push(...found.map((one) => `round ${round}: ${one}`));
        if (!wasEdited) {
          add('not edited: the look did not come');
          continue;
        }
        const change = changeOf(answer);
        const isKept = stands(trustText(world, accountId), edit);
        const isTold = change?.editedOutside === true || answer.code === 'ROLE_CHANGED';
        const group = wasPreventable
          ? 'edits before the last look'
          : 'edits between the last look and the write';
        const said = `${answer.status} ${answer.code ?? change?.outcome}`;
        add(group);
        if (isKept) add(`${group}: kept, ${answer.code ?? 'and the change made on top'}`);
        if (!isKept) add(`${group}: overwritten`);
        if (isTold) add(`${group}: reported`);
        if (!wasPreventable) continue;
        if (!isKept) broken.push(`round ${round}: ${edit} ${moment} was overwritten (${said})`);
        else if (!isTold)
          broken.push(`round ${round}: ${edit} ${moment} was kept, but not reported (${said})`);
        if (answer.status === 0 || answer.status >= 500)
          broken.push(`round ${round}: ${said} ${JSON.stringify(answer.body)}`);
      }
      if ((count['edits before the last look'] ?? 0) < rounds / 2)
        broken.push('fewer than half of the edits came before the last look');
      return {
        rounds,
        faults: rounds,
        figures: { ...count, 'writes that AWS took': world.ledger().length },
        broken,
      };
    } finally {
      await stage.close();
    }
  },
};
