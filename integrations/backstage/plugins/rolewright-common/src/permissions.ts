import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { createPermission } from '@backstage/plugin-permission-common';

// All are about a catalog entity, so that a policy can decide by the catalog's own rules, such as isEntityOwner.

/** May see the role of the entity, its findings and its history. */
export const roleReadPermission = createPermission({
  name: 'rolewright.role.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** May extend the role of the entity. Rolewright's own policies judge the person as well. */
export const roleExtendPermission = createPermission({
  name: 'rolewright.role.extend',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** May create the role that the entity names. */
export const roleCreatePermission = createPermission({
  name: 'rolewright.role.create',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

export const rolePermissions = [roleReadPermission, roleExtendPermission, roleCreatePermission];
