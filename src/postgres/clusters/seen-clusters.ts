import { clusterKey } from '../../domain/role/cluster.ts';
import type { Seen, SeenCluster } from '../../domain/role/seen.ts';
import type { SeenClusters } from '../../ports/seen-clusters.ts';
import type { Cluster } from '../../schema/primitives.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import type { PrismaClient } from '../generated/client.ts';

/** Maximum number of clusters that are remembered of an account. Those that were seen last are kept. */
const maxOfAccount = 5000;

/** A cluster, or a Region that was listed: then `name` and what only a cluster has are null. */
interface Row {
  accountId: string;
  region: string;
  name: string | null;
  firstSeenAt: Date | null;
  at: Date;
  isShown: boolean | null;
}

export interface StoredClusters extends Pick<SeenClusters, 'keep' | 'usingRole'> {
  /** By account ID. An account of which nothing is remembered is left out. Fault: UNAVAILABLE. */
  ofAccounts(accountIds: readonly string[]): Promise<Map<string, Seen>>;
}

/** The memory of clusters in the database. Its times are PostgreSQL's. */
export function openSeenClusters(prisma: PrismaClient, max = maxOfAccount): StoredClusters {
  return {
    async keep(looks) {
      const profiles = looks.flatMap(({ accountId, region, profiles }) =>
        profiles.map(({ clusterName, names, roles }) => ({ accountId, region, clusterName, names, roles })),
      );
      // One statement for all looks. Rows are locked in the order of their keys, so that two replicas with
      // the same clusters wait for one another. What a registration that has ended left behind is skipped.
      await orUnavailable(
        prisma.$executeRaw`
          WITH look AS MATERIALIZED (
            SELECT look.* FROM account JOIN jsonb_to_recordset(${JSON.stringify(looks)}::jsonb)
              AS look ("accountId" text, region text, "isListing" boolean, shown text[], absent text[])
              ON look."accountId" = account_id),
          profile_look AS MATERIALIZED (
            SELECT one.* FROM account JOIN jsonb_to_recordset(${JSON.stringify(profiles)}::jsonb)
              AS one ("accountId" text, region text, "clusterName" text, names text[], roles jsonb)
              ON one."accountId" = account_id),
          listed AS (
            INSERT INTO listed_region (account_id, region, listed_at)
            SELECT "accountId", region, now() FROM look WHERE "isListing" ORDER BY 1, 2
            ON CONFLICT (account_id, region) DO UPDATE SET listed_at = EXCLUDED.listed_at),
          gone AS (
            UPDATE seen_cluster seen SET is_shown = FALSE FROM look
            WHERE seen.account_id = look."accountId" AND seen.region = look.region AND is_shown
              AND (seen.name = ANY (absent) OR ("isListing" AND seen.name <> ALL (shown)))),
          forgotten AS (
            DELETE FROM seen_cluster seen USING (
              SELECT account_id, region, name,
                row_number() OVER (PARTITION BY account_id ORDER BY last_seen_at DESC) AS place
              FROM seen_cluster WHERE account_id IN (SELECT "accountId" FROM look)) old
            WHERE place > ${max} AND (seen.account_id, seen.region, seen.name) = (old.account_id, old.region, old.name)
              AND NOT EXISTS (SELECT FROM look WHERE look."accountId" = old.account_id AND look.region = old.region
                AND old.name = ANY (shown))),
          kept AS (
            INSERT INTO seen_cluster (account_id, region, name, first_seen_at, last_seen_at, is_shown)
            SELECT "accountId", region, name, now(), now(), TRUE FROM look, unnest(shown) AS name ORDER BY 1, 2, 3
            ON CONFLICT (account_id, region, name) DO UPDATE SET last_seen_at = EXCLUDED.last_seen_at, is_shown = TRUE),
          ended AS (
            DELETE FROM seen_profile profile USING profile_look one
            WHERE profile.account_id = one."accountId" AND profile.region = one.region
              AND profile.cluster_name = one."clusterName" AND profile.name <> ALL (one.names))
          INSERT INTO seen_profile (account_id, region, cluster_name, name, role_arn)
          SELECT "accountId", region, "clusterName", role ->> 'name', role ->> 'roleArn'
          FROM profile_look, jsonb_array_elements(roles) AS role ORDER BY 1, 2, 3, 4
          ON CONFLICT (account_id, region, cluster_name, name) DO UPDATE SET role_arn = EXCLUDED.role_arn`,
      );
    },

    async ofAccounts(accountIds) {
      const rows = await orUnavailable(
        prisma.$queryRaw<Row[]>`
          SELECT account_id AS "accountId", region, name, first_seen_at AS "firstSeenAt", last_seen_at AS at,
            is_shown AS "isShown" FROM seen_cluster WHERE account_id = ANY (${accountIds})
          UNION ALL SELECT account_id, region, NULL, NULL, listed_at, NULL
          FROM listed_region WHERE account_id = ANY (${accountIds})`,
      );
      return toSeen(rows);
    },

    async usingRole(accountId, roleArn) {
      return await orUnavailable(
        prisma.$queryRaw<Cluster[]>`
          SELECT DISTINCT region, seen_cluster.name FROM seen_cluster
          JOIN seen_profile USING (account_id, region)
          WHERE account_id = ${accountId} AND role_arn = ${roleArn} AND cluster_name = seen_cluster.name
            AND is_shown ORDER BY region, seen_cluster.name`,
      );
    },
  };
}

function toSeen(rows: Row[]): Map<string, Seen> {
  const seen = new Map<string, { clusters: Map<string, SeenCluster>; listedAt: Map<string, Date> }>();
  for (const { accountId, region, name, firstSeenAt, at, isShown } of rows) {
    const one = seen.get(accountId) ?? { clusters: new Map(), listedAt: new Map() };
    seen.set(accountId, one);
    if (name === null) one.listedAt.set(region, at);
    else
      one.clusters.set(clusterKey({ region, name }), {
        region,
        name,
        firstSeenAt: firstSeenAt ?? at,
        lastSeenAt: at,
        isShown: isShown === true,
      });
  }
  return seen;
}
