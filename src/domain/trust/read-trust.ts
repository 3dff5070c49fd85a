import type { JsonObject } from '../../schema/primitives.ts';
import { Budget, BudgetExceeded } from '../patterns/budget.ts';
import { isObject, oneOrMany, pointerTo } from '../policy/document.ts';
import { type CheckContext, serviceOf } from '../role/check-context.ts';
import { confinesEveryone } from './anyone.ts';
import { readCondition } from './condition/condition.ts';
import { allowsAssumeRole, findEveryone, findService, listOtherPrincipals } from './principals.ts';
import type { TrustReading } from './reading.ts';

/**
 * Reads what a trust policy lets the service do, as IAM evaluates it (IAM user guide, policy evaluation logic
 * and condition operators). It finds no faults: check() does. If not `decidable`, tests of `aws:SourceArn`
 * are not read.
 */
export function readTrust(
  document: JsonObject,
  context: CheckContext,
  { budget = new Budget(), isDecidable = true, readings = [] as TrustReading[] } = {},
): TrustReading {
  const { accountId, partition, kind, organizationId, now, extraRegions } = context;
  const service = serviceOf(context);
  const reading: TrustReading = {
    accountId,
    partition,
    kind,
    organizationId,
    now,
    extraRegions,
    statements: [],
    reliable: [],
    others: [],
    open: [],
    budget,
    document,
    readings,
    isDecidable,
    allowed: new Map(),
  };
  // Only version 2012-10-17 has policy variables. An absent Version means 2008-10-17.
  const variables = document.Version === '2012-10-17';
  oneOrMany(document.Statement).forEach((statement, index) => {
    if (!isObject(statement)) return;
    const pointer = Array.isArray(document.Statement)
      ? pointerTo('Statement', index)
      : pointerTo('Statement');
    const effect = statement.Effect;
    if (effect !== 'Allow' && effect !== 'Deny') return;
    const place = findService(statement, effect, service);
    const isAssuming = allowsAssumeRole(statement);
    if (!place?.isAlone) {
      reading.others.push(...listOtherPrincipals(statement, pointer, effect, service));
      const everyone = effect === 'Allow' && isAssuming ? findEveryone(statement, service) : null;
      if (everyone !== null && !confinesEveryone(statement.Condition, context, variables))
        reading.open.push(pointer + pointerTo(everyone));
    }
    if (!place || !isAssuming) return;
    const condition = readCondition(statement.Condition, pointer + pointerTo('Condition'), {
      context,
      variables,
      isDecidable,
    });
    reading.statements.push({ index, pointer, statement, effect, ...place, ...condition });
  });
  reading.reliable = reading.statements.filter(
    (s) => s.effect === 'Allow' && s.isNamed && s.others === 'HOLDS',
  );
  if (isDecidable) readings.push(reading);
  return reading;
}

/**
 * Reads another document of the same operation. They share the budget, and a document that was read already
 * keeps its answers.
 */
export function readEdited(document: JsonObject, reading: TrustReading): TrustReading {
  const { budget, readings } = reading;
  const known = readings.find((one) => one.document === document);
  return known ?? readTrust(document, reading, { budget, readings });
}

/** Asks a question of a policy. If its patterns are too complex to evaluate, asks again without them. */
export function ofTrust<T>(
  document: JsonObject,
  context: CheckContext,
  ask: (reading: TrustReading) => T,
): T {
  try {
    return ask(readTrust(document, context));
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return ask(readTrust(document, context, { isDecidable: false }));
  }
}
