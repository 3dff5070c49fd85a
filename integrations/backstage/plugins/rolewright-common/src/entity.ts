/** The annotations that name the AWS account, the first one first. Both are in use by other plugins. */
export const accountAnnotations = ['amazonaws.com/account-id', 'aws.amazon.com/account-id'] as const;
/** The annotation that names the pod execution role in the account. There is no default. */
export const roleAnnotation = 'rolewright.io/role-name';

/** The part of a catalog entity that is read. */
interface Annotated {
  metadata: { annotations?: Record<string, string> };
}

/** The account and the role that the annotations name, as they stand. Null where one of the two is missing. */
export function roleOf({ metadata }: Annotated): { accountId: string; roleName: string } | null {
  const annotations = metadata.annotations ?? {};
  const accountId = accountAnnotations.map((name) => annotations[name]).find(Boolean);
  const roleName = annotations[roleAnnotation];
  return accountId && roleName ? { accountId, roleName } : null;
}

/** Whether the card and the tab have something to show. */
export const hasRole = (entity: Annotated): boolean => roleOf(entity) !== null;
