import { useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { usePermitted } from '../session/permitted.ts';
import { join, shortLog, type Verified } from './verified.ts';

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

function keep(verified: Verified): Verified {
  sessionStorage.setItem(storedKey, JSON.stringify(verified));
  return verified;
}

async function verifyFrom(from: number, signal?: AbortSignal): Promise<Verified> {
  const verification = await api().verifyLog(from > 0 ? { from } : {}, { signal });
  return { verification, from, at: new Date().toISOString() };
}

/** Null: the log is long, and no checkpoint is known from which little is left to read. */
async function verifyWhatIsShort(canProve: boolean, signal: AbortSignal): Promise<Verified | null> {
  const [newest] = (await api().listChanges({ limit: 1 }, { signal })).items;
  if (newest === undefined || newest.seq <= shortLog) return keep(await verifyFrom(0, signal));
  if (!canProve) return null;
  const until = new Date(Date.now() - signedMs).toISOString();
  const [signed] = (await api().listChanges({ until, limit: 1 }, { signal })).items;
  if (signed === undefined) return null;
  const { checkpoint } = await api().getChangeProof({ id: signed.id }, { signal });
  return newest.seq - checkpoint.seq <= shortLog ? keep(await verifyFrom(checkpoint.seq, signal)) : null;
}

/** `verified` is null where nobody has verified yet. */
export function useVerified() {
  const isPermitted = usePermitted();
  const canVerify = isPermitted('auditVerification');
  const {
    data = null,
    error,
    isLoading,
  } = useQuery({
    queryKey,
    queryFn: ({ signal }) => verifyWhatIsShort(isPermitted('changeProof'), signal),
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
      client.setQueryData<Verified | null>(queryKey, (earlier) => keep(join(earlier ?? null, later)));
    },
  });
  const running = useMutationState({
    filters: { mutationKey, status: 'pending' },
    select: ({ state }) => state.submittedAt,
  });
  return { verify: mutate, error, runningSince: running[0] ?? null };
}
