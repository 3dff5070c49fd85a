import { useParams } from '@tanstack/react-router';
import { nameOf } from '../actor.ts';
import { api, queries, type Shape } from '../api.ts';
import { listClusters } from '../mend/clusters.ts';
import { useCaller, usePermitted } from '../session/permitted.ts';
import { ConfirmButton } from '../ui/dialog/confirm-button.tsx';
import { FaultNote } from '../ui/fault.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Copyable } from '../ui/text/copyable.tsx';
import { Facts } from '../ui/text/facts.tsx';
import { Mark } from '../ui/text/mark.tsx';
import { Time } from '../ui/text/time.tsx';
import { DownloadButton, DownloadFault, useDownload } from './download.tsx';
import { ExtendForReal } from './extend-for-real.tsx';
import { Progress } from './progress.tsx';
import { Results } from './results.tsx';
import { useLiveSweep } from './use-live-sweep.ts';
import { durationText, operationText, states } from './words.ts';

export default function SweepPage() {
  const { sweepId = '' } = useParams({ strict: false });
  const { sweep, error, retry } = useLiveSweep(sweepId);
  const download = useDownload(sweepId);
  const may = usePermitted();
  return (
    <Page
      title={sweep ? operationText(sweep) : 'Sweep'}
      actions={
        sweep && (
          <>
            {sweep.endedAt === null && may('cancelSweep') && <Cancel sweep={sweep} />}
            <DownloadButton download={download} />
          </>
        )
      }
    >
      {error && <FaultNote error={error} onRetry={retry} />}
      {!sweep && !error && <Loading what="the sweep" lines={8} />}
      {sweep && (
        <>
          <Progress sweep={sweep} />
          <About sweep={sweep} />
          <DownloadFault download={download} />
          {isTried(sweep) && may('extendExecutionRole') && may('startSweep') && (
            <ExtendForReal sweep={sweep} />
          )}
          <Results sweep={sweep} />
        </>
      )}
    </Page>
  );
}

const isTried = ({ operation, dryRun, state }: Shape<'Sweep'>) =>
  operation === 'EXTEND' && dryRun && state === 'DONE';

function About({ sweep }: { sweep: Shape<'Sweep'> }) {
  const { state, actor, createdAt, roleName, clusters, regions, reason, id } = sweep;
  const caller = useCaller();
  const duration = durationText(sweep);
  const isOwn = actor.subject === caller?.subject && !sweep.onBehalfOf;
  return (
    <Facts
      facts={[
        [
          'State',
          <Mark key="state" look={states[state].look}>
            {states[state].word}
          </Mark>,
        ],
        ['Started', <Time key="started" at={createdAt} />],
        ...(duration ? [['Took', duration] as const] : []),
        ['Who', isOwn ? `${actor.subject} (you)` : nameOf(sweep)],
        ...(reason ? [['Reason', reason] as const] : []),
        ...(roleName ? [['Role', roleName] as const] : []),
        ...(clusters ? [['Clusters', listClusters(clusters)] as const] : []),
        ...(regions ? [['Regions', regions.join(', ')] as const] : []),
        ['ID', <Copyable key="id" text={id} name="the ID of the sweep" />],
      ]}
    />
  );
}

function Cancel({ sweep }: { sweep: Shape<'Sweep'> }) {
  return (
    <ConfirmButton
      look="danger"
      question={{
        title: 'Cancel the sweep?',
        children: <p>No further account is started. Accounts that are done stay as they are.</p>,
        action: 'Cancel the sweep',
        run: async () => {
          const cancelled = await api().cancelSweep({ id: sweep.id });
          queries.setQueryData(['sweep', sweep.id], cancelled);
          void queries.invalidateQueries({ queryKey: ['sweeps'] });
        },
      }}
    >
      Cancel the sweep …
    </ConfirmButton>
  );
}
