import { Fault } from '../../fault.ts';
import { RevokeServiceTokenInput, ServiceToken } from '../../schema/token.ts';
import { defineOperation } from '../call/operation.ts';
import { presentToken } from './service-token.ts';

export const revokeServiceToken = defineOperation({
  name: 'revokeServiceToken',
  tag: 'Service tokens',
  summary: 'Revokes a service token at once and for good. It stays in the list.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'MUTATION',
  input: RevokeServiceTokenInput,
  output: ServiceToken,
  run: async (deps, { id, dryRun }, { actor, requestId }) => {
    const stored = await deps.serviceTokens.find(id);
    if (stored === null)
      throw new Fault(
        'SERVICE_TOKEN_NOT_FOUND',
        `There is no service token ${id}. GET /v1/service-tokens lists them.`,
      );
    const { secretHash: _, ...record } = stored;
    if (dryRun || record.revokedAt !== null) return presentToken(record);
    const revokedAt = deps.now();
    await deps.serviceTokens.revoke(id, actor, revokedAt);
    deps.log.info({ actor, requestId, serviceTokenId: id, name: record.name }, 'service token revoked');
    return presentToken({ ...record, revokedAt, revokedBy: actor });
  },
});
