export type {
  Change,
  Cluster,
  ErrorBody,
  ExtendAnswer,
  ExtendBody,
  Finding,
  Overview,
  Readiness,
  Role,
} from './api.ts';
export { accountAnnotations, hasRole, roleAnnotation, roleOf } from './entity.ts';
export {
  roleCreatePermission,
  roleExtendPermission,
  rolePermissions,
  roleReadPermission,
} from './permissions.ts';
