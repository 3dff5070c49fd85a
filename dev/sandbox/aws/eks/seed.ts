import Type, { type Static } from 'typebox';
import { authenticationModes, clusterStatuses, profileStatuses } from './model.ts';
import { ClusterName } from './shapes.ts';

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1 });
const Time = Type.Optional(Type.Number());

/**
 * A role of the account: by its name, AmazonEKSFargatePodExecutionRole by default, or by an ARN. It need not
 * exist.
 */
const role = { roleName: Type.Optional(Text), roleArn: Type.Optional(Text) };

/**
 * A new cluster, or changes to an existing one: omitted members stay, and a list replaces the list. The
 * default is a healthy one: ACTIVE, mode API, its issuer registered in IAM. Profiles and node groups get
 * their access entries as EKS makes them, unless `accessEntries` says which there are. Times are in
 * milliseconds: now by default.
 */
export type ClusterSeed = Static<typeof ClusterSeed>;
export const ClusterSeed = Type.Object(
  {
    accountId: Type.String({ pattern: '^\\d{12}$' }),
    region: Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-\\d+$' }),
    name: ClusterName,
    status: Type.Optional(Type.Enum([...clusterStatuses])),
    version: Type.Optional(Text),
    authenticationMode: Type.Optional(Type.Enum([...authenticationModes])),
    /** A URL. Null for a cluster that has none. */
    issuer: Type.Optional(Type.Union([Type.String({ pattern: '^https://' }), Type.Null()])),
    /** Is the issuer registered in IAM? */
    oidcProvider: Type.Optional(Type.Boolean()),
    createdAt: Time,
    profiles: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Text,
            ...role,
            status: Type.Optional(Type.Enum([...profileStatuses])),
            namespaces: Type.Optional(Type.Array(Text)),
            /** Health issues. */
            issues: Type.Optional(
              Type.Array(
                Type.Object(
                  {
                    code: Text,
                    message: Type.Optional(Type.String()),
                    resourceIds: Type.Optional(Type.Array(Type.String())),
                  },
                  closed,
                ),
              ),
            ),
            createdAt: Time,
          },
          closed,
        ),
      ),
    ),
    nodegroups: Type.Optional(Type.Array(Type.Object({ name: Text, ...role, createdAt: Time }, closed))),
    accessEntries: Type.Optional(
      Type.Array(
        Type.Object({ ...role, type: Type.Optional(Text), createdAt: Time, modifiedAt: Time }, closed),
      ),
    ),
  },
  closed,
);
