import { useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { usePermitted } from '../session/permitted.ts';
import { join, reachedBy, shortLog, type Verified } from './verified.ts';

// Reading a long log takes a while and two cores of the service. So this tab keeps the last result, over a reload
// too, and reads by itself only what is short: once a session.

const queryKey = ['verified'];
const mutationKey = ['verify'];
const storedKey = 'rolewright.verified';
/** A change of this age has a checkpoint after it: one is signed every few seconds. */
const signedMs = 60_000;

function restore(): Verified | undefined {
  const text = sessionStorage.getItem(storedKey);
  return text === null ? undefined : (JSON.parse(text) as Verified);
}

function keep(earlier: Verified | null, later: Verified): Verified {
  const known = join(earlier, later);
  sessionStorage.setItem(storedKey, JSON.stringify(known));
  return known;
}

async function verifyFrom(from: number, signal?: AbortSignal): Promise<Verified> {
  const verification = await api().verifyLog(from > 0 ? { from } : {}, { signal });
  return { verification, from, at: new Date().toISOString() };
}

/** Reads on from what is known. Null: the log is long, and no checkpoint is known from which little is left to read. */
async function verifyWhatIsShort(known: Verified | null, canProve: boolean, signal: AbortSignal) {
  const [newest] = (await api().listChanges({ limit: 1 }, { signal })).items;
  const isNear = (seq: number) => newest === undefined || newest.seq - seq <= shortLog;
  if (isNear(0)) return await verifyFrom(0, signal);
  const from = isNear(reachedBy(known)) || !canProve ? reachedBy(known) : await signedLately(signal);
  return from > 0 && isNear(from) ? await verifyFrom(from, signal) : null;
}

/** A checkpoint of the last minutes. 0: there is none. */
async function signedLately(signal: AbortSignal): Promise<number> {
  const until = new Date(Date.now() - signedMs).toISOString();
  const [change] = (await api().listChanges({ until, limit: 1 }, { signal })).items;
  return change ? (await api().getChangeProof({ id: change.id }, { signal })).checkpoint.seq : 0;
}

/** `verified` is null where nobody has verified yet. */
export function useVerified() {
  const client = useQueryClient();
  const isPermitted = usePermitted();
  const canVerify = isPermitted('auditVerification');
  const {
    data = null,
    error,
    isLoading,
  } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const known = client.getQueryData<Verified | null>(queryKey) ?? null;
      const later = await verifyWhatIsShort(known, isPermitted('changeProof'), signal);
      return later ? keep(known, later) : known;
    },
    enabled: canVerify && isPermitted('changes'),
    initialData: restore,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
  });
  return { canVerify, verified: data, error, isLoading };
}

/** Verifies after the checkpoint at an entry; of 0, all. It goes on while another page is opened. */
export function useVerify() {
  const client = useQueryClient();
  const { mutate, error } = useMutation({
    mutationKey,
    mutationFn: (from: number) => verifyFrom(from),
    onSuccess: (later) => {
      client.setQueryData<Verified | null>(queryKey, (earlier) => keep(earlier ?? null, later));
    },
  });
  const running = useMutationState({
    filters: { mutationKey, status: 'pending' },
    select: ({ state }) => state.submittedAt,
  });
  return { verify: mutate, error, runningSince: running[0] ?? null };
}
