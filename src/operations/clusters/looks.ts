import type { ProfileLook, RegionLook } from '../../ports/seen-clusters.ts';
import type { Cluster } from '../../schema/primitives.ts';

/** What EKS showed of a Region since the last flush. */
interface Pending {
  accountId: string;
  region: string;
  isListing: boolean;
  shown: Set<string>;
  absent: Set<string>;
  profiles: Map<string, { names: Set<string> | null; roleArns: Map<string, string> }>;
}

/** Collects looks. A later look at the same cluster replaces the earlier one. */
export function collectLooks() {
  let pending = new Map<string, Pending>();

  function at(accountId: string, region: string): Pending {
    const key = `${accountId}/${region}`;
    const one = pending.get(key) ?? {
      accountId,
      region,
      isListing: false,
      shown: new Set(),
      absent: new Set(),
      profiles: new Map(),
    };
    pending.set(key, one);
    return one;
  }

  function show(accountId: string, { region, name }: Cluster): Pending {
    const one = at(accountId, region);
    one.shown.add(name);
    one.absent.delete(name);
    return one;
  }

  function profilesOf(accountId: string, cluster: Cluster) {
    const { profiles } = show(accountId, cluster);
    const one = profiles.get(cluster.name) ?? { names: null, roleArns: new Map() };
    profiles.set(cluster.name, one);
    return one;
  }

  return {
    listed(accountId: string, region: string, names: readonly string[]): void {
      const one = at(accountId, region);
      one.isListing = true;
      one.shown = new Set(names);
      one.absent.clear();
      for (const name of one.profiles.keys()) if (!one.shown.has(name)) one.profiles.delete(name);
    },
    shown(accountId: string, cluster: Cluster): void {
      show(accountId, cluster);
    },
    absent(accountId: string, { region, name }: Cluster): void {
      const one = at(accountId, region);
      one.absent.add(name);
      one.shown.delete(name);
      one.profiles.delete(name);
    },
    profilesListed(accountId: string, cluster: Cluster, names: readonly string[]): void {
      const one = profilesOf(accountId, cluster);
      one.names = new Set(names);
      for (const name of one.roleArns.keys()) if (!one.names.has(name)) one.roleArns.delete(name);
    },
    profileShown(accountId: string, cluster: Cluster, name: string, roleArn: string): void {
      const one = profilesOf(accountId, cluster);
      one.names?.add(name);
      one.roleArns.set(name, roleArn);
    },
    /** Answers what was collected, and begins anew. */
    take(): RegionLook[] {
      const taken = [...pending.values()];
      pending = new Map();
      return taken.map(({ shown, absent, profiles, ...one }) => ({
        ...one,
        shown: [...shown],
        absent: [...absent],
        profiles: [...profiles].map(
          ([clusterName, { names, roleArns }]): ProfileLook => ({
            clusterName,
            names: names && [...names],
            roles: [...roleArns].map(([name, roleArn]) => ({ name, roleArn })),
          }),
        ),
      }));
    },
  };
}

export type Looks = ReturnType<typeof collectLooks>;
