import { Fault, tooMuchStored } from '../../fault.ts';
import { CreatedServiceToken, CreateServiceTokenInput, serviceTokenIssuer } from '../../schema/token.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { presentToken } from './service-token.ts';

const dayMs = 86_400_000;
const longestLifeMs = 366 * dayMs;
const defaultLifeMs = 90 * dayMs;
/** Maximum number of tokens that are created in a day. Their rows are never deleted. */
const maxPerDay = 1000;

/**
 * A token can have any groups, so its creator could do everything. By default only administrators may create
 * tokens. A service token cannot create another one: a thief could keep access after the first expires.
 * `names`: the operations that a scope may name. Faults: FORBIDDEN, INVALID_INPUT, RATE_LIMITED, UNAVAILABLE.
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
    run: async (
      deps,
      { name, groups, operations = null, accountIds = null, expiresAt: until, dryRun },
      caller,
    ) => {
      if (caller.actor.issuer === serviceTokenIssuer)
        throw new Fault(
          'FORBIDDEN',
          'A service token cannot create another one. Call with an access token of your own.',
        );
      const createdAt = deps.now();
      const expiresAt = new Date(until ?? createdAt.getTime() + defaultLifeMs);
      const lifeMs = expiresAt.getTime() - createdAt.getTime();
      if (!(lifeMs > 0 && lifeMs <= longestLifeMs))
        throw invalidInput([{ pointer: '/expiresAt', message: 'must be in the future, and within a year' }]);
      const unknown = (operations ?? []).flatMap((one, i) =>
        names.includes(one)
          ? []
          : [{ pointer: `/operations/${i}`, message: 'must be the name of an operation' }],
      );
      if (unknown.length > 0) throw invalidInput(unknown);
      if ((await deps.serviceTokens.countSince(new Date(createdAt.getTime() - dayMs))) >= maxPerDay)
        throw tooMuchStored(
          `${maxPerDay} service tokens were created within a day, which is the maximum. Create more tomorrow.`,
        );
      const { id, token, secretHash } = deps.mintServiceToken();
      const created = {
        id,
        name,
        groups,
        scope: { operations, accountIds },
        createdBy: caller.actor,
        createdAt,
        expiresAt,
      };
      const serviceToken = presentToken({ ...created, lastUsedAt: null, revokedAt: null, revokedBy: null });
      if (dryRun) return { token: null, serviceToken };
      if (!(await deps.serviceTokens.add({ ...created, secretHash })))
        throw invalidInput([
          {
            pointer: '/name',
            message: 'must be a name that no service token has had, revoked ones included',
          },
        ]);
      deps.log.info(
        { actor: caller.actor, requestId: caller.requestId, serviceToken },
        'service token created',
      );
      return { token, serviceToken };
    },
  });
