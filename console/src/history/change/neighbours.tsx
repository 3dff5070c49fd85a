import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { FaultNote } from '../../ui/fault.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Time } from '../../ui/text/time.tsx';
import { VerdictMark } from '../../ui/text/verdict.tsx';
import { ChangeSentence } from '../change-sentence.tsx';
import { neighboursOf } from '../news.ts';
import type { Change } from '../sentence.ts';
import style from './change.module.css';

const limit = 30;

/** The change of the same role before this one, and the one after it. */
export function Neighbours({ change }: { change: Change }) {
  const { accountId, roleName, at, id } = change;
  const { data, error, refetch } = useQuery({
    queryKey: ['neighbours', id],
    queryFn: async ({ signal }) => {
      const role = { accountId, roleName };
      const [later, earlier] = await Promise.all([
        api().listChanges({ ...role, since: at, limit }, { signal }),
        api().listChanges({ ...role, until: at, limit: 1 }, { signal }),
      ]);
      return neighboursOf(change, later.items, earlier.items, later.nextCursor !== null);
    },
  });
  if (error) return <FaultNote error={error} onRetry={refetch} />;
  if (!data) return <Loading what="its other changes" lines={2} />;
  return (
    <>
      <h3>Later</h3>
      {data.later ? (
        <Neighbour change={data.later} />
      ) : data.isFarBack ? (
        <p>More than {limit - 1} changes of this role are later than this one.</p>
      ) : (
        <p className={style.quiet}>None: this is its newest change.</p>
      )}
      <h3>Earlier</h3>
      {data.earlier ? (
        <Neighbour change={data.earlier} />
      ) : (
        <p className={style.quiet}>None: this is its first change here.</p>
      )}
      <p>
        <Link to="/history" search={{ accountId, roleName }}>
          All changes of this role
        </Link>
      </p>
    </>
  );
}

const Neighbour = ({ change }: { change: Change }) => (
  <p className={style.breaking}>
    <VerdictMark verdict={change.outcome} /> <ChangeSentence change={change} /> <Time at={change.at} />
  </p>
);
