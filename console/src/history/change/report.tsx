import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { entry } from '../../audit/verified.ts';
import { Note } from '../../ui/note.tsx';
import { Copyable } from '../../ui/text/copyable.tsx';
import { Facts } from '../../ui/text/facts.tsx';
import { exactTime, Time } from '../../ui/text/time.tsx';
import { VerdictMark } from '../../ui/text/verdict.tsx';
import { ChangeSentence } from '../change-sentence.tsx';
import { kinds } from '../filters.ts';
import { type Change, claimantOf, marksOf } from '../sentence.ts';
import style from './change.module.css';
import { ChangeDiff } from './diff.tsx';
import { ChangeEffects } from './effects.tsx';
import { Neighbours } from './neighbours.tsx';
import { Part } from './part.tsx';
import { ChangeSteps } from './steps.tsx';

/** Everything of one change. */
export function ChangeReport({ change }: { change: Change }) {
  const { error } = change;
  return (
    <>
      <p className={style.lead}>
        <VerdictMark verdict={change.outcome} />
        <span>
          <ChangeSentence change={change} isHere />
        </span>
      </p>
      {error && (
        <Note look="bad">
          <h2>Why it did not succeed</h2>
          <p>{error.detail}</p>
          <p>
            <code>{error.code}</code>
          </p>
        </Note>
      )}
      {marksOf(change).map((mark) => (
        <Note key={mark} look="warning">
          <p>{mark}.</p>
        </Note>
      ))}
      <div className={style.columns}>
        <Part title="Who and why">
          <Facts facts={whoAndWhy(change)} />
        </Part>
        <Part title="Effects">
          <ChangeEffects change={change} />
        </Part>
      </div>
      <Part title="What AWS was asked">
        <ChangeSteps change={change} />
      </Part>
      <ChangeDiff change={change} />
      <div className={style.columns}>
        <Part title="Same role">
          <Neighbours change={change} />
        </Part>
        <Part title="Place in the log">
          <Facts facts={placeInLog(change)} />
        </Part>
      </div>
    </>
  );
}

type Fact = [name: string, value: ReactNode];
/** Facts, without those that have no value. Old entries lack members that newer ones have. */
const facts = (...all: [name: string, value: ReactNode][]): Fact[] =>
  all.filter(([, value]) => value != null);

const vias = { REST: 'REST', GRAPHQL: 'GraphQL', SWEEP: 'a sweep' };

function whoAndWhy(change: Change): Fact[] {
  const { actor, reverts } = change;
  return facts(
    [
      'Actor',
      <Link
        key="actor"
        to="/history"
        search={{ actor: actor.subject, actorIssuer: actor.issuer ?? undefined }}
        className={style.breaking ?? ''}
      >
        {actor.subject}
      </Link>,
    ],
    ['On behalf of', change.onBehalfOf && <Text key="person">{change.onBehalfOf.subject}</Text>],
    [
      "That person's issuer",
      change.onBehalfOf && <Text key="person-issuer">{change.onBehalfOf.issuer ?? 'none'}</Text>,
    ],
    ['Issuer', <Text key="issuer">{actor.issuer ?? 'none: the service asks nobody to sign in'}</Text>],
    ['Reason', <Text key="reason">{change.reason ?? 'none was given'}</Text>],
    ['Kind', kinds[change.kind]],
    ['Through', vias[change.via]],
    ['User agent', change.userAgent && <Text key="agent">{change.userAgent}</Text>],
    ['Asked', <When key="at" at={change.at} />],
    ['Ended', change.endedAt ? <When key="ended" at={change.endedAt} /> : 'not yet'],
    [
      'Reverts',
      reverts && (
        <Link key="reverts" to="/history/$changeId" params={{ changeId: reverts }}>
          an earlier change
        </Link>
      ),
    ],
    ['Claimant', change.claimant ? claimantOf(change) : null],
    ['Request', <Copyable key="request" text={change.requestId} name="the request ID" />],
    ['Session in CloudTrail', <Copyable key="session" text={change.sessionName} name="the session name" />],
    [
      'Idempotency key',
      change.idempotencyKey && <Copyable key="key" text={change.idempotencyKey} name="the idempotency key" />,
    ],
  );
}

const Text = ({ children }: { children: string }) => <span className={style.breaking}>{children}</span>;

const When = ({ at }: { at: string }) => (
  <>
    <Time at={at} />, {exactTime(at)}
  </>
);

const placeInLog = (change: Change): Fact[] =>
  facts(
    ['Entry', entry(change.seq)],
    ['Opened by entry', entry(change.settles ?? change.seq)],
    ['Change', <Copyable key="id" text={change.id} name="the ID of the change" />],
    ['Hash', <Copyable key="hash" text={change.hash} name="the hash" />],
    [
      'Hash before',
      <Copyable key="previous" text={change.previousHash} name="the hash of the entry before" />,
    ],
    ['Plan', change.planId && <Copyable key="plan" text={change.planId} name="the ID of the plan" />],
    [
      'ID of the role',
      change.roleId && <Copyable key="role" text={change.roleId} name="the ID of the role" />,
    ],
  );
