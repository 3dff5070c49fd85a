import type { Clusters } from '../../ports/clusters.ts';
import type { SeenClusters } from '../../ports/seen-clusters.ts';
import { within } from '../../within.ts';
import { collectLooks, type Looks } from './looks.ts';

interface Memory {
  seenClusters: Pick<SeenClusters, 'keep'>;
  /** The work that a stop of the service waits for. */
  inFlight: Set<Promise<unknown>>;
  /** Called with what the database answered when it begins to fail. */
  onFailure: (error: unknown) => void;
  /** How long a read of EKS waits for the database, in ms. */
  patienceMs?: number;
}

/**
 * The same clusters, with a memory: whatever lists or reads clusters is remembered, so that no caller can
 * forget to. A list, or a read of a cluster, waits for its statement, so that whoever has its answer finds it
 * remembered. Looks that come while a statement runs share the next one. A database that fails, or that is
 * slow, fails no read.
 */
export function rememberClusters(clusters: Clusters, memory: Memory): Clusters {
  const remember = createMemory(memory);
  const { patienceMs = 300 } = memory;
  const rememberInTime = (note: (looks: Looks) => void) =>
    within(patienceMs, remember(note), () => undefined);
  const rememberBehind = (note: (looks: Looks) => void): void => {
    // Not awaited: it never rejects.
    void remember(note);
  };
  return {
    ...clusters,
    async list(account, region, caller) {
      const names = await clusters.list(account, region, caller);
      if ('value' in names)
        await rememberInTime((looks) => looks.listed(account.accountId, region, names.value));
      return names;
    },
    async read(account, cluster, caller) {
      const state = await clusters.read(account, cluster, caller);
      if ('value' in state)
        await rememberInTime((looks) =>
          state.value ? looks.shown(account.accountId, cluster) : looks.absent(account.accountId, cluster),
        );
      return state;
    },
    async profileNames(account, cluster, caller) {
      const names = await clusters.profileNames(account, cluster, caller);
      const { value } = 'value' in names ? names : {};
      if (value) rememberBehind((looks) => looks.profilesListed(account.accountId, cluster, value));
      if (value === null) rememberBehind((looks) => looks.absent(account.accountId, cluster));
      return names;
    },
    async profile(account, cluster, profileName, caller) {
      const profile = await clusters.profile(account, cluster, profileName, caller);
      const { roleArn } = ('value' in profile ? profile.value : null) ?? {};
      if (roleArn !== undefined)
        rememberBehind((looks) => looks.profileShown(account.accountId, cluster, profileName, roleArn));
      return profile;
    },
  };
}

/** Answers when the look is kept, or cannot be. One statement at a time. */
function createMemory({ seenClusters, inFlight, onFailure }: Memory) {
  const looks = collectLooks();
  let last = Promise.resolve();
  let next: Promise<void> | null = null;
  let isFailing = false;

  async function keep(): Promise<void> {
    next = null;
    try {
      await seenClusters.keep(looks.take());
      isFailing = false;
    } catch (error) {
      // Each look is lost, and the next one tells the same. The log has the first of a row of failures.
      if (!isFailing) onFailure(error);
      isFailing = true;
    }
  }

  return (note: (looks: Looks) => void): Promise<void> => {
    note(looks);
    if (next) return next;
    const kept = last.then(keep);
    next = kept;
    last = kept;
    inFlight.add(kept);
    // Not awaited: `keep` never rejects.
    void kept.then(() => inFlight.delete(kept));
    return kept;
  };
}
