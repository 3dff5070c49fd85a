import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.ts';
import { ChangeSentence } from '../history/change-sentence.tsx';
import { FaultNote } from '../ui/fault.tsx';
import { Loading } from '../ui/loading.tsx';
import { Time } from '../ui/text/time.tsx';
import style from './roles.module.css';

/** The latest changes of the role. */
export function RoleHistory({ accountId, roleName }: { accountId: string; roleName: string }) {
  const changes = useQuery({
    queryKey: ['changes', 'role', accountId, roleName],
    queryFn: async ({ signal }) => await api().listChanges({ accountId, roleName, limit: 5 }, { signal }),
  });
  const items = changes.data?.items ?? [];
  return (
    <section className={style.part} aria-labelledby="history">
      <h2 id="history">History</h2>
      {changes.error && <FaultNote error={changes.error} onRetry={() => void changes.refetch()} />}
      {changes.isPending && <Loading what="the history" lines={3} />}
      {changes.data && items.length === 0 && (
        <p className={style.quiet}>Nobody has changed this role through Rolewright.</p>
      )}
      {items.length > 0 && (
        <>
          <ul className={style.history}>
            {items.map((change) => (
              <li key={change.id} className={style.breaking}>
                <ChangeSentence change={change} />
                <span className={style.quiet}>
                  {change.reason && ` · ${change.reason}`} · <Time at={change.at} />
                </span>
              </li>
            ))}
          </ul>
          <p>
            <Link to="/history" search={{ accountId, roleName }}>
              All changes of this role
            </Link>
          </p>
        </>
      )}
    </section>
  );
}
