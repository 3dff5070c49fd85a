/**
 * The readiness of a fleet's clusters by the operation that a sweep calls, without a database. Arguments, as
 * for the peers: CONCURRENCY ACCOUNTS URL. Prints the milliseconds that it took, and the processor time.
 */
import { jobOperations } from '#src/operations/index.ts';
import { caller } from './caller.ts';
import { inTurn } from './fleet.ts';
import { fleetDeps } from './fleet-deps.ts';

const [concurrency = 64, accounts = 100] = process.argv.slice(2, 4).map(Number);
// The SDK by itself has no time-out, and a call that is sent again would count twice.
const { deps, close } = fleetDeps({ endpoint: process.argv[4] ?? '', requestTimeoutMs: 60_000 });

const measured = await inTurn(concurrency, accounts, async (accountId) => {
  const answers = await jobOperations.accountReadiness.call(deps, { accountId }, { ...caller, via: 'SWEEP' });
  return answers.filter(({ readiness }) => readiness?.verdict === 'READY').length;
});
console.log(JSON.stringify(measured));
close();
