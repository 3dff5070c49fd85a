import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, type Shape } from '../../api.ts';
import { one, type Search } from '../../app/search.ts';
import { countWord, plural } from '../../counts.ts';
import { usePermitted } from '../../session/permitted.ts';
import { Progress } from '../../sweeps/progress.tsx';
import style from '../../sweeps/sweeps.module.css';
import { useLiveSweep } from '../../sweeps/use-live-sweep.ts';
import { durationText, operationText } from '../../sweeps/words.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { roleVerdicts } from '../filters/filters.ts';

type Sweep = Shape<'Sweep'>;

/** The check that runs, or the one of the address, with its progress and what it has changed. */
export default function SweepPanel() {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const named = one(search, 'sweep');
  const found = useRunningCheck(named === undefined);
  const id = named ?? found.id;
  const { sweep, error, retry } = useLiveSweep(id);
  if (id === undefined) return null;
  const close = () => {
    found.forget();
    void navigate({ to: '/', search: (before) => ({ ...before, sweep: undefined }), replace: true });
  };
  return (
    <section className={style.panel} aria-label="Check">
      {sweep && (
        <>
          <div className={style.head}>
            <h2>
              <Link to="/sweeps/$sweepId" params={{ sweepId: sweep.id }}>
                {operationText(sweep)}
              </Link>{' '}
              <span role="status">{endText(sweep)}</span>
            </h2>
            {sweep.endedAt !== null && (
              <Button look="plain" onClick={close}>
                Close
              </Button>
            )}
          </div>
          <Progress sweep={sweep} />
          {sweep.endedAt !== null && sweep.operation === 'CHECK' && !sweep.dryRun && (
            <Changed since={sweep.createdAt} />
          )}
        </>
      )}
      {error && (
        <FaultNote error={error} onRetry={retry}>
          {!sweep && <Button onClick={close}>Close</Button>}
        </FaultNote>
      )}
    </section>
  );
}

const endText = (sweep: Sweep) =>
  sweep.endedAt === null
    ? ''
    : `${sweep.state === 'CANCELLED' ? 'was cancelled after' : 'is done, in'} ${durationText(sweep)}`;

/** Finds a check that runs, so that a page that is loaded again shows it. It stays when it has ended. */
function useRunningCheck(isWanted: boolean): { id: string | undefined; forget: () => void } {
  const may = usePermitted()('sweeps');
  const [id, setId] = useState<string>();
  const { data } = useQuery({
    queryKey: ['sweeps', 'running'],
    queryFn: async ({ signal }) => {
      const { items } = await api().listSweeps({ limit: 20 }, { signal });
      return (
        items.find(({ operation, dryRun, endedAt }) => operation === 'CHECK' && !dryRun && endedAt === null)
          ?.id ?? null
      );
    },
    enabled: isWanted && may,
    refetchInterval: 30_000,
  });
  useEffect(() => {
    if (data) setId(data);
  }, [data]);
  return { id, forget: () => setId(undefined) };
}

/** What a check has changed: roles with another verdict than before, and roles that are new. */
function Changed({ since }: { since: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['posture', 'changed', since],
    queryFn: async ({ signal }) => await api().getPosture({ changedSince: since, limit: 1 }, { signal }),
  });
  if (error) return <FaultNote error={error} onRetry={refetch} />;
  if (!data) return null;
  if (data.total === 0) return <p>No verdict changed since the check before.</p>;
  const counts = data.verdicts as Partial<Record<string, number>>;
  const parts = roleVerdicts.flatMap((verdict) => {
    const count = counts[verdict] ?? 0;
    return count > 0 ? [`${count} ${countWord(verdict, count)}`] : [];
  });
  return (
    <p>
      {plural(data.total, 'role')} {data.total === 1 ? 'is' : 'are'} new, or{' '}
      {data.total === 1 ? 'has' : 'have'} another verdict than before: {parts.join(', ')}.{' '}
      <Link to="/" search={(before) => ({ sweep: before.sweep, changedSince: since })}>
        Show {data.total === 1 ? 'it' : 'them'}
      </Link>
    </p>
  );
}
