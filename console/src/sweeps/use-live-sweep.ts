import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, queries } from '../api.ts';

/** A sweep, which changes with each event of the service until it has ended. Then the posture is read again. */
export function useLiveSweep(id: string | undefined) {
  const query = useQuery({
    queryKey: ['sweep', id],
    queryFn: ({ signal }) => api().getSweep({ id: id ?? '' }, { signal }),
    enabled: id !== undefined,
  });
  const isRunning = query.data !== undefined && query.data.endedAt === null;
  const [cut, setCut] = useState<Error | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt opens the stream again
  useEffect(() => {
    if (id === undefined || !isRunning) return;
    const stop = new AbortController();
    setCut(null);
    follow(id, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) setCut(error instanceof Error ? error : new Error(String(error)));
    });
    return () => stop.abort();
  }, [id, isRunning, attempt]);
  return {
    sweep: query.data,
    error: query.error ?? cut,
    retry: () => {
      setAttempt((before) => before + 1);
      void query.refetch();
    },
  };
}

async function follow(id: string, signal: AbortSignal): Promise<void> {
  for await (const sweep of api().streamSweepEvents({ id }, { signal })) {
    queries.setQueryData(['sweep', id], sweep);
    if (sweep.endedAt === null) continue;
    for (const queryKey of [['posture'], ['sweeps'], ['trend']]) void queries.invalidateQueries({ queryKey });
  }
  await queries.invalidateQueries({ queryKey: ['sweep', id] });
}
