import type { AccountRecord } from '../../ports/accounts.ts';
import type { Resource } from '../../ports/permissions.ts';
import { type Caller, CallerInput, ShownCaller } from '../../schema/caller.ts';
import type { Action } from '../call/action.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { isInScope, isPermitted } from '../call/permission.ts';
import { readAccounts } from '../call/visible-page.ts';

/** Number of accounts that are read at once, so that other requests get their turn in between. */
const batch = 500;
/** How many accounts that the policies tell apart are asked about. A decision of Cedar takes 0.1 ms. */
const maxKinds = 1000;

type Place = Exclude<Resource, 'SERVICE'>;

/**
 * What a user interface may offer to its caller. It decides nothing: each call is authorized by itself.
 * `actions`: those that the scope of a service token may name.
 */
export const defineCaller = (actions: readonly Action[]) =>
  defineOperation({
    name: 'caller',
    tag: 'Caller',
    summary: 'Gets who calls, and which operations the policies and the token permit to this caller.',
    permission: [],
    concerns: 'CALLER',
    kind: 'QUERY',
    input: CallerInput,
    output: ShownCaller,
    run: async (deps, { accountId }, caller) => {
      const places =
        accountId === undefined
          ? listPlaces(deps, caller)
          : [{ accountId, account: await deps.accounts.getCached(accountId) }];
      const permitted = await listPermitted(deps, caller, actions, places);
      const { actor, groups, onBehalfOf } = caller;
      return {
        subject: actor.subject,
        issuer: actor.issuer,
        groups: [...groups],
        onBehalfOf: onBehalfOf?.actor ?? null,
        operations: actions.filter((one) => permitted.has(one)).map(({ name }) => name),
      };
    },
  });

const isOfAccount = ({ concerns }: Action) => ['ACCOUNT', 'CHANGE', 'CLAIM'].includes(concerns);
const hasOwner = ({ concerns }: Action) => concerns === 'SWEEP' || concerns === 'SCHEDULE';

/** The actions that the caller may do in one of the places, or in the service as a whole. */
async function listPermitted(
  deps: Deps,
  caller: Caller,
  actions: readonly Action[],
  places: Iterable<Place> | AsyncIterable<Place>,
): Promise<ReadonlySet<Action>> {
  const may = (action: Action, resource: Resource) =>
    isPermitted(deps, caller, action, resource, { own: hasOwner(action) ? true : null });
  const inScope = actions.filter((action) => isInScope(caller, action));
  const permitted = new Set(inScope.filter((action) => !isOfAccount(action) && may(action, 'SERVICE')));
  const open = new Set(inScope.filter(isOfAccount));
  for await (const place of places) {
    for (const action of open)
      if (may(action, place)) {
        permitted.add(action);
        open.delete(action);
      }
    if (open.size === 0) break;
  }
  return permitted;
}

/** One account of each kind that the policies tell apart, `maxKinds` at most. */
async function* listPlaces(deps: Deps, { scope }: Caller): AsyncGenerator<Place> {
  const { accountIds = null } = scope ?? {};
  if (accountIds !== null) {
    const records = await readAccounts(
      deps,
      accountIds.map((accountId) => ({ accountId })),
    );
    for (const accountId of accountIds) yield { accountId, account: records.get(accountId) ?? null };
    return;
  }
  // One that is not registered.
  yield { accountId: '', account: null };
  const { accounts, labels } = deps.permissions.tellsApart;
  if (!accounts && !labels) return;
  const seen = new Set<string>();
  for (let after: string | null = null; ; ) {
    const records: AccountRecord[] = await deps.accounts.list({ labels: {}, after, limit: batch });
    for (const record of records) {
      const { accountId } = record;
      const kind = accounts ? accountId : JSON.stringify(Object.entries(record.labels).sort());
      if (seen.has(kind)) continue;
      if (seen.size === maxKinds) return;
      seen.add(kind);
      yield { accountId, account: record };
    }
    after = records.at(-1)?.accountId ?? null;
    if (records.length < batch) return;
  }
}
