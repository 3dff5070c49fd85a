import { GraphQLBoolean, GraphQLID, GraphQLNonNull, GraphQLObjectType, GraphQLSchema } from 'graphql';
import { encodeCursor, encodeTimedCursor } from '../../operations/call/paging.ts';
import { claimCursor } from '../../operations/claims/claim.ts';
import { operations } from '../../operations/index.ts';
import { resultCursor } from '../../operations/sweeps/sweep-result.ts';
import { overridesOf } from '../../schema/change.ts';
import { principalsRemovedBy } from '../../schema/plan.ts';
import type { Schedule } from '../../schema/schedule.ts';
import type { Sweep, SweepResult } from '../../schema/sweep.ts';
import type { ServiceToken } from '../../schema/token.ts';
import type { DeadLetter } from '../../schema/webhook.ts';
import { createFieldMakers } from './fields.ts';
import { subscribeToSweep } from './subscriptions.ts';
import { createTypes } from './types.ts';

const accountCursor = ({ accountId }: { accountId: string }) => encodeCursor(accountId);

/**
 * Creates the GraphQL schema: every operation is a field, and its types are made from the operation's shapes.
 */
export function createGraphqlSchema(): GraphQLSchema {
  const types = createTypes({
    Change: { overrides: overridesOf },
    Effects: { principalsRemoved: principalsRemovedBy },
  });
  const { answer, flat, wrapped, connection, history, list } = createFieldMakers(types);
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        ...flat(operations.caller),
        ...flat(operations.account, types.output(operations.account.output)),
        ...connection(operations.accounts, accountCursor, { labels: { type: types.json } }),
        ...flat(operations.accountImport, types.output(operations.accountImport.output)),
        ...connection(
          operations.accountImportChanges,
          accountCursor,
          types.arguments(operations.accountImportChanges.input, ['limit', 'cursor']),
        ),
        ...flat(operations.executionRole, types.output(operations.executionRole.output)),
        ...list(operations.executionRoles),
        ...flat(operations.executionRoleCluster, types.output(operations.executionRoleCluster.output)),
        ...flat(operations.checkExecutionRole),
        ...flat(operations.fargateReadiness),
        ...connection(
          operations.claims,
          claimCursor,
          types.arguments(operations.claims.input, ['limit', 'cursor']),
        ),
        ...history(operations.changes),
        ...flat(operations.change, types.output(operations.change.output)),
        ...flat(operations.changeProof, types.output(operations.changeProof.output)),
        ...flat(operations.auditVerification),
        ...connection(operations.serviceTokens, ({ name }: ServiceToken) => encodeCursor(name)),
        ...flat(operations.sweep, types.output(operations.sweep.output)),
        ...connection<Sweep>(operations.sweeps, encodeTimedCursor),
        ...connection<SweepResult>(operations.sweepResults, resultCursor, {
          id: { type: new GraphQLNonNull(GraphQLID) },
        }),
        ...flat(operations.posture),
        // All of its fields may be asked for once in a request.
        ...flat(operations.postureAccounts, answer(operations.postureAccounts), { items: 700 }),
        ...flat(operations.postureTrend),
        ...flat(operations.schedule, types.output(operations.schedule.output)),
        ...connection<Schedule>(operations.schedules, ({ name }) => encodeCursor(name)),
        ...connection<DeadLetter>(operations.deadLetters, encodeTimedCursor),
      },
    }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: {
        ...wrapped(operations.createExecutionRole),
        ...wrapped(operations.extendExecutionRole),
        ...wrapped(operations.ensureExecutionRole),
        ...wrapped(operations.retractCluster),
        ...wrapped(operations.pruneExecutionRole),
        ...wrapped(operations.revertChange),
        ...flat(operations.endClaim),
        ...wrapped(operations.putAccount),
        ...flat(operations.importAccounts),
        ...flat(operations.deleteAccount, new GraphQLNonNull(GraphQLBoolean)),
        ...wrapped(operations.createServiceToken),
        ...flat(operations.revokeServiceToken),
        ...wrapped(operations.startSweep),
        ...flat(operations.cancelSweep),
        ...wrapped(operations.putSchedule),
        ...flat(operations.deleteSchedule, new GraphQLNonNull(GraphQLBoolean)),
        ...flat(operations.redeliverDeadLetter),
      },
    }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        sweepProgress: {
          type: answer(operations.sweep),
          description: 'The sweep now, and again after each change until it has ended.',
          args: types.arguments(operations.sweep.input),
          subscribe: (_, { id }, context) => subscribeToSweep(id, context),
          resolve: (sweep) => sweep,
        },
      },
    }),
  });
}
