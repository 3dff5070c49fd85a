import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const AccountId = Type.String({ pattern: '^\\d{12}$' });
const quota = Type.Optional(Type.Integer({ minimum: 0 }));
const Texts = Type.Record(Type.String(), Type.String());

/**
 * A new account, or changes to an existing one: omitted members stay. The keys belong to IAM users that may
 * do everything.
 */
export type AccountSeed = Static<typeof AccountSeed>;
export const AccountSeed = Type.Object(
  {
    accountId: AccountId,
    partition: Type.Optional(Type.String({ pattern: '^aws(-[a-z]+)*$' })),
    /** The opt-in Regions that are enabled: none by default. */
    enabledRegions: Type.Optional(Type.Array(Type.String())),
    quotas: Type.Optional(
      Type.Object(
        {
          trustPolicySize: quota,
          policiesPerRole: quota,
          rolesPerAccount: quota,
          tagsPerRole: quota,
          inlinePolicySize: quota,
        },
        closed,
      ),
    ),
    accessKeys: Type.Optional(
      Type.Array(
        Type.Object(
          {
            accessKeyId: Type.String({ pattern: '^\\w{4,128}$' }),
            secretAccessKey: Type.String({ minLength: 1 }),
            userName: Type.Optional(Type.String({ pattern: '^[\\w+=,.@-]{1,64}$' })),
          },
          closed,
        ),
      ),
    ),
    /** Customer managed policies. */
    policies: Type.Optional(
      Type.Array(
        Type.Object(
          {
            policyName: Type.String({ pattern: '^[\\w+=,.@-]{1,128}$' }),
            path: Type.Optional(Type.String({ pattern: '^/([!-~]+/)?$' })),
          },
          closed,
        ),
      ),
    ),
  },
  closed,
);

/** An organization. It replaces the previous one of the management account. */
export type OrganizationSeed = Static<typeof OrganizationSeed>;
export const OrganizationSeed = Type.Object(
  {
    organizationId: Type.String({ pattern: '^o-[a-z0-9]{10,32}$' }),
    managementAccountId: AccountId,
    delegatedAdministrators: Type.Optional(Type.Array(AccountId)),
    members: Type.Array(
      Type.Object(
        {
          accountId: AccountId,
          name: Type.String(),
          state: Type.Optional(
            Type.Enum(['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED']),
          ),
          tags: Type.Optional(Texts),
        },
        closed,
      ),
    ),
  },
  closed,
);

/**
 * A new role, or changes to an existing one. `trustText` is stored verbatim and not validated. A new role
 * needs it.
 */
export type RoleSeed = Static<typeof RoleSeed>;
export const RoleSeed = Type.Object(
  {
    accountId: AccountId,
    roleName: Type.String({ pattern: '^[\\w+=,.@-]{1,64}$' }),
    trustText: Type.Optional(Type.String()),
    path: Type.Optional(Type.String({ pattern: '^/([!-~]+/)?$' })),
    description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    maxSessionDuration: Type.Optional(Type.Integer({ minimum: 900, maximum: 43200 })),
    tags: Type.Optional(Texts),
    attached: Type.Optional(Type.Array(Type.String())),
    inline: Type.Optional(Texts),
    permissionsBoundary: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    roleId: Type.Optional(Type.String()),
    /** In milliseconds. */
    createdAt: Type.Optional(Type.Number()),
  },
  closed,
);
