import { Fault, tooMuchStored } from '../../fault.ts';
import type { ServiceTokenRecord } from '../../ports/tokens.ts';
import { page } from '../../schema/page.ts';
import {
  CreatedServiceToken,
  CreateServiceTokenInput,
  ListServiceTokensInput,
  RevokeServiceTokenInput,
  ServiceToken,
  serviceTokenIssuer,
  subjectOfToken,
} from '../../schema/token.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor, makePage } from '../call/paging.ts';

const dayMs = 86_400_000;
const longestLifeMs = 366 * dayMs;
/** Of one whose end nobody has said. */
const usualLifeMs = 90 * dayMs;
/** How many may be made in a day: their rows are never deleted. */
const mostADay = 1000;

const shown = ({ scope, createdAt, expiresAt, lastUsedAt, revokedAt, ...record }: ServiceTokenRecord): ServiceToken => ({
  ...record,
  subject: subjectOfToken(record.name),
  operations: scope.operations && [...scope.operations],
  accountIds: scope.accountIds && [...scope.accountIds],
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  revokedAt: revokedAt?.toISOString() ?? null,
});

/**
 * A token may be given any groups, so whoever creates one could do everything: the permissions leave that to administrators. A service
 * token creates no other token, because a thief could then outlive its expiry. `names`: the operations that a scope may name.
 * Faults: FORBIDDEN, INVALID_INPUT, UNAVAILABLE.
 */
export const defineCreateServiceToken = (names: readonly string[]) =>
  defineOperation({
    name: 'createServiceToken',
    tag: 'Service tokens',
    summary: 'Creates a service token, the credential of a machine. The secret is shown only once.',
    permission: ['administer'],
    concerns: 'SERVICE',
    kind: 'MUTATION',
    input: CreateServiceTokenInput,
    output: CreatedServiceToken,
    run: async (deps, { name, groups, operations: limitedTo = null, accountIds = null, expiresAt: until, dryRun }, caller) => {
      if (caller.actor.issuer === serviceTokenIssuer)
        throw new Fault('FORBIDDEN', 'A service token makes no other one. Call with an access token of your own.');
      const createdAt = deps.now();
      const expiresAt = new Date(until ?? createdAt.getTime() + usualLifeMs);
      const lifeMs = expiresAt.getTime() - createdAt.getTime();
      if (!(lifeMs > 0 && lifeMs <= longestLifeMs))
        throw invalidInput([{ pointer: '/expiresAt', message: 'must be a time to come, within a year' }]);
      const unknown = (limitedTo ?? []).flatMap((one, i) =>
        names.includes(one) ? [] : [{ pointer: `/operations/${i}`, message: 'must be the name of an operation' }],
      );
      if (unknown.length > 0) throw invalidInput(unknown);
      if ((await deps.serviceTokens.countSince(new Date(createdAt.getTime() - dayMs))) >= mostADay)
        throw tooMuchStored(`${mostADay} service tokens were made within a day, and their names are taken for good. Make more tomorrow.`);
      const { id, token, secretHash } = deps.mintServiceToken();
      const made = { id, name, groups, scope: { operations: limitedTo, accountIds }, createdBy: caller.actor, createdAt, expiresAt };
      const serviceToken = shown({ ...made, lastUsedAt: null, revokedAt: null, revokedBy: null });
      if (dryRun) return { token: null, serviceToken };
      if (!(await deps.serviceTokens.add({ ...made, secretHash })))
        throw invalidInput([{ pointer: '/name', message: 'must be a name that no service token has had, be it one that is revoked' }]);
      deps.log.info({ actor: caller.actor, requestId: caller.requestId, serviceToken }, 'service token made');
      return { token, serviceToken };
    },
  });

export const serviceTokens = defineOperation({
  name: 'serviceTokens',
  tag: 'Service tokens',
  summary: 'Lists the service tokens by name, also revoked and expired ones. Their secrets are not stored.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: ListServiceTokensInput,
  output: page('ServiceTokenPage', ServiceToken),
  run: async (deps, { limit = defaultLimit, cursor }) => {
    const after = cursor === undefined ? null : decodeCursor(cursor, (key) => /^[a-z0-9][a-z0-9._-]{0,62}$/.test(key));
    const found = await deps.serviceTokens.list({ after, limit: limit + 1 });
    return makePage(found.map(shown), limit, ({ name }) => encodeCursor(name));
  },
});

export const revokeServiceToken = defineOperation({
  name: 'revokeServiceToken',
  tag: 'Service tokens',
  summary: 'Revokes a service token at once and for good. It stays in the list.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'MUTATION',
  input: RevokeServiceTokenInput,
  output: ServiceToken,
  run: async (deps, { id, dryRun }, caller) => {
    const known = await deps.serviceTokens.find(id);
    if (known === null)
      throw new Fault('SERVICE_TOKEN_NOT_FOUND', `There is no service token ${id}. GET /v1/service-tokens shows what there is.`);
    const { secretHash: _, ...record } = known;
    if (dryRun || record.revokedAt !== null) return shown(record);
    const [revokedBy, revokedAt] = [caller.actor, deps.now()];
    await deps.serviceTokens.revoke(id, revokedBy, revokedAt);
    deps.log.info({ actor: revokedBy, requestId: caller.requestId, serviceTokenId: id, name: record.name }, 'service token revoked');
    return shown({ ...record, revokedAt, revokedBy });
  },
});
