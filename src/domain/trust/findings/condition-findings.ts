import { escapeSentence } from '../escape.ts';
import { contradictsItself } from '../lets-in.ts';
import type { ServiceStatement, TrustReading } from '../reading.ts';
import { createFinding, type Finding } from './finding.ts';

export function checkConditions(reading: TrustReading): Finding[] {
  return reading.statements.flatMap((s) => [
    ...checkDead(reading, s),
    // In a Deny it blocks such a request, so it is not weak.
    ...(s.effect === 'Allow' ? s.weak : []).map(({ pointer, what }) =>
      createFinding(
        'CONDITION_WEAK',
        `${what} at ${pointer} lets a request without the key through.`,
        pointer,
      ),
    ),
    ...checkUnprovable(s),
    ...checkUnconfirmed(reading, s),
  ]);
}

function checkDead(reading: TrustReading, statement: ServiceStatement): Finding[] {
  const { effect, isNamed, others, failures, pointer } = statement;
  if (effect !== 'Allow' || !isNamed) return [];
  const dead = (what: string, at: string) =>
    createFinding(
      'STATEMENT_DEAD',
      `The statement at ${pointer} can never apply to account ${reading.accountId}: ${escapeSentence(what)}.`,
      at,
    );
  if (others === 'FAILS')
    return [dead(failures.map(({ what }) => what).join('; '), failures[0]?.pointer ?? pointer)];
  return contradictsItself(reading, statement)
    ? [dead(`no ${reading.kind.source.noun} meets all of its conditions on aws:SourceArn`, pointer)]
    : [];
}

function checkUnprovable({ effect, others, unprovable }: ServiceStatement): Finding[] {
  // A Deny that fails blocks nothing, whatever this condition is.
  if (effect === 'Deny' && others === 'FAILS') return [];
  // If all other conditions hold, one of several values cannot be read.
  const isValue = others === 'HOLDS';
  return unprovable.map(({ pointer, what }) =>
    effect === 'Deny'
      ? createFinding(
          'CONDITION_UNPROVABLE',
          `The outcome of ${escapeSentence(what)} at ${pointer} is unknown, so the Deny counts as if it matched${isValue ? ' any value' : ''}.`,
          pointer,
        )
      : createFinding(
          'CONDITION_UNPROVABLE',
          `The outcome of ${escapeSentence(what)} at ${pointer} is unknown, so ${isValue ? 'the value covers no cluster' : 'its statement is not counted'}.`,
          pointer,
        ),
  );
}

const checkUnconfirmed = ({ kind }: TrustReading, { unconfirmed }: ServiceStatement): Finding[] =>
  unconfirmed.map(({ pointer, what, key }) =>
    createFinding(
      key === 'ACCOUNT' ? 'SOURCE_ACCOUNT_UNCONFIRMED' : 'SOURCE_ORG_UNCONFIRMED',
      `The outcome of ${escapeSentence(what)} at ${pointer} depends on a key that AWS does not document for calls by ${kind.caller}.`,
      pointer,
    ),
  );
