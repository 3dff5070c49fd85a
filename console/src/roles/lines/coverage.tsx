import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, type Shape } from '../../api.ts';
import { one } from '../../app/search.ts';
import { type Cluster, clusterText, parseClusters } from '../../mend/clusters.ts';
import { permissions, searchOf } from '../../mend/operation.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { TextField } from '../../ui/form/field.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Note } from '../../ui/note.tsx';
import { useShow } from '../mend-drawer.tsx';
import style from '../roles.module.css';

/** Answers whether a cluster can use the role. The cluster stands in the address. */
export function Coverage({
  role: { accountId, roleName },
  isPermitted,
}: {
  role: Shape<'ExecutionRole'>;
  isPermitted: (operation: string) => boolean;
}) {
  const asked = one(useSearch({ strict: false }), 'cluster') ?? '';
  const show = useShow();
  const [text, setText] = useState(asked);
  const [isTried, setTried] = useState(false);
  const clusterOf = (words: string) => parseClusters(words).clusters[0];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const cluster = clusterOf(text);
    if (cluster) show({ cluster: clusterText(cluster) });
  };
  const cluster = clusterOf(asked);
  return (
    <>
      <form className={style.ask} onSubmit={submit} noValidate>
        <TextField
          label="Can a cluster use the role?"
          placeholder="us-west-2/my-cluster"
          value={text}
          onChange={({ target }) => setText(target.value)}
          error={isTried && !clusterOf(text) ? 'Write REGION/NAME or the ARN of a cluster.' : undefined}
          spellCheck={false}
          autoCapitalize="none"
        />
        <Button type="submit">Look</Button>
      </form>
      {cluster && (
        <Answer
          key={clusterText(cluster)}
          accountId={accountId}
          roleName={roleName}
          cluster={cluster}
          mayExtend={isPermitted(permissions.extend)}
        />
      )}
    </>
  );
}

function Answer({
  accountId,
  roleName,
  cluster,
  mayExtend,
}: {
  accountId: string;
  roleName: string;
  cluster: Cluster;
  mayExtend: boolean;
}) {
  const show = useShow();
  const text = clusterText(cluster);
  const check = useQuery({
    queryKey: ['role', accountId, roleName, text],
    queryFn: ({ signal }) =>
      api().getExecutionRoleCheck({ accountId, roleName, cluster: [text] }, { signal }),
  });
  if (check.isPending) return <Loading what="the answer" lines={1} />;
  if (check.error) return <FaultNote error={check.error} onRetry={() => void check.refetch()} />;
  const { covered = false, coveredBy = [] } = check.data.clusters[0] ?? {};
  return (
    <div role="status">
      <Note look={covered ? 'good' : 'warning'}>
        <p className={style.breaking}>
          {covered ? `${text} can use the role` : `${text} cannot use the role: no line covers it.`}
          {covered && (coveredBy.length > 0 ? `, by ${coveredBy.join(' and ')}.` : '.')}
        </p>
        {!covered && mayExtend && (
          <Button onClick={() => show(searchOf({ kind: 'extend', clusters: [cluster] }))}>Add {text}</Button>
        )}
      </Note>
    </div>
  );
}
