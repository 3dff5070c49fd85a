import t from 'tap';
import { operations } from '#src/operations/index.ts';
import { startService, type TestAccount } from '#test/support/service.ts';
import { accountsCases } from './parity/accounts.ts';
import type { Case, Input } from './parity/case.ts';
import { changesCases } from './parity/changes.ts';
import { claimsCases } from './parity/claims.ts';
import { clustersCases } from './parity/clusters.ts';
import {
  askGraphql,
  askRest,
  comparable,
  inFieldsOfTheOperation,
  inWordsOfRest,
  type Name,
} from './parity/faces.ts';
import { rolesCases } from './parity/roles.ts';
import { sweepsCases } from './parity/sweeps.ts';
import { tokensCases } from './parity/tokens.ts';
import { webhooksCases } from './parity/webhooks.ts';

// The same input through REST and through GraphQL, for every operation: the same answer, or the same problem.

const cases = {
  ...accountsCases,
  ...rolesCases,
  ...claimsCases,
  ...clustersCases,
  ...changesCases,
  ...tokensCases,
  ...sweepsCases,
  ...webhooksCases,
};
t.same(Object.keys(cases).sort(), Object.keys(operations).sort(), 'every operation has its cases');

const service = await startService(t, { sweepConcurrency: 4 });
/** Operations whose effect on AWS is compared as well. */
const writers = ['createExecutionRole', 'extendExecutionRole'];

const twoAccounts = async () => [await service.account(), await service.account()] as const;
const spare = await twoAccounts();
/** The input is always invalid, so the request needs no account of its own. */
const isRefusedByItself = ({ code, given }: Case) => code === 'INVALID_INPUT' && !given;

async function prepare({ input, given }: Case, account: TestAccount): Promise<Input> {
  const found = await given?.(account, service);
  return typeof input === 'function' ? input(account, found) : input;
}

for (const [name, ofOperation] of Object.entries(cases) as [Name, Case[]][])
  t.test(name, async (t) => {
    for (const one of ofOperation) {
      const { what, code, pointers, isTyped } = one;
      const [forRest, forGraphql] = isRefusedByItself(one) ? spare : await twoAccounts();
      // Both are prepared first, so that reads of shared data give the same.
      const [restInput, graphqlInput] = [await prepare(one, forRest), await prepare(one, forGraphql)];
      const rest = comparable(await askRest(service, name, restInput), forRest) as Input;
      // One import at a time.
      await service.settled();
      const answer = inWordsOfRest(comparable(await askGraphql(service, name, graphqlInput), forGraphql));
      const graphql = inFieldsOfTheOperation(answer as Input);
      await service.settled();
      t.equal(rest?.code, code, `${what}: ${code ?? 'it is done'}`, { rest });
      if (pointers)
        t.same(
          (rest.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort(),
          pointers,
          `${what}: ${pointers}`,
        );
      if (isTyped) t.match(graphql, { code, status: rest.status }, `${what}: GraphQL refuses it too`);
      else t.same(graphql, rest, `${what}: GraphQL says the same`);
      const [byRest, byGraphql] = [forRest, forGraphql].map((account) =>
        account.trust().replaceAll(account.accountId, ''),
      );
      if (writers.includes(name)) t.equal(byGraphql, byRest, `${what}: and does the same`);
    }
  });
