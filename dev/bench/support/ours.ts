/**
 * A cold check of a fleet by the service's own operation, without a database. Arguments, as for the peers:
 * CONCURRENCY ACCOUNTS URL. Prints the milliseconds that it took, and the memory.
 */
import { executionRoles } from '#src/operations/roles/list-execution-roles.ts';
import { caller } from './caller.ts';
import { inTurn } from './fleet.ts';
import { fleetDeps } from './fleet-deps.ts';

const [concurrency = 64, accounts = 100] = process.argv.slice(2, 4).map(Number);
const { deps, close } = fleetDeps({ endpoint: process.argv[4] ?? '' });

const { ms, found } = await inTurn(concurrency, accounts, async (accountId) => {
  const { items } = await executionRoles.call(deps, { accountId }, { ...caller, via: 'SWEEP' });
  return items.length;
});
if (found !== accounts) throw new Error(`${found} of ${accounts} accounts have a correct role`);
console.log(JSON.stringify({ ms, megabytes: process.memoryUsage().rss / 1e6 }));
close();
