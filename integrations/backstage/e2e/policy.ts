import { createBackendModule } from '@backstage/backend-plugin-api';
import { catalogConditions, createCatalogConditionalDecision } from '@backstage/plugin-catalog-backend/alpha';
import { AuthorizeResult, isPermission } from '@backstage/plugin-permission-common';
import type { PermissionPolicy } from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { roleCreatePermission, roleExtendPermission } from 'backstage-plugin-rolewright-common';

/** Owners of an entity may create and extend its role. All else is allowed. docs/backstage.md shows it. */
const policy: PermissionPolicy = {
  async handle({ permission }, user) {
    for (const write of [roleExtendPermission, roleCreatePermission])
      if (isPermission(permission, write)) {
        const claims = user?.info.ownershipEntityRefs ?? [];
        return createCatalogConditionalDecision(permission, catalogConditions.isEntityOwner({ claims }));
      }
    return { result: AuthorizeResult.ALLOW };
  },
};

export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'owners-write',
  register(env) {
    env.registerInit({
      deps: { policies: policyExtensionPoint },
      async init({ policies }) {
        policies.setPolicy(policy);
      },
    });
  },
});
