import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shape } from '../../api.ts';
import type { Search } from '../../app/search.ts';
import { clusterText } from '../../mend/clusters.ts';
import { searchOf } from '../../mend/operation.ts';
import { textOf } from '../../ui/fault.tsx';
import type { Column } from '../../ui/table/data-table.tsx';
import { VerdictMark } from '../../ui/text/verdict.tsx';
import style from '../roles.module.css';
import { type LineRow, profilesOf } from './line-rows.ts';

export interface LineCells extends LineRow {
  roleArn: string;
  mayRetract: boolean;
  /** Undefined: EKS was not asked about it, or cannot be. */
  readiness: UseQueryResult<Shape<'FargateReadiness'>> | undefined;
}

const named: Column<LineCells>[] = [
  {
    id: 'region',
    header: 'Region',
    meta: { size: '6.5rem' },
    cell: ({ row: { original: row } }) => (row.region === '*' ? 'Every Region' : (row.region ?? 'None')),
  },
  {
    id: 'cluster',
    header: 'Cluster',
    meta: { size: 'minmax(0, 3fr)' },
    cell: ({ row: { original: row } }) => <Cluster row={row} />,
  },
  {
    id: 'claims',
    header: 'Claimed by',
    meta: { size: 'minmax(0, 2fr)' },
    cell: ({ row: { original: row } }) =>
      row.claims.length === 0 ? (
        <span className={style.quiet}>Nobody</span>
      ) : (
        <span className={style.breaking} title={row.claims.map(({ claimant }) => claimant).join('\n')}>
          {row.claims.map(({ claimant }) => claimant.slice(claimant.lastIndexOf('|') + 1)).join(', ')}
        </span>
      ),
  },
];

const ready: Column<LineCells> = {
  id: 'ready',
  header: 'Readiness, profiles',
  meta: { size: '9rem' },
  cell: ({ row: { original: row } }) => {
    if (!row.readiness) return <span className={style.quiet}>Not asked</span>;
    const { data, error } = row.readiness;
    if (error) return <span title={textOf(error).detail}>{textOf(error).title}</span>;
    if (!data) return <span className={style.quiet}>…</span>;
    return (
      <div>
        <VerdictMark verdict={data.verdict} />
        <p className={`${style.quiet} ${style.breaking}`}>
          {profilesOf(data, row.roleArn).join(', ') || 'No profile has this role'}
        </p>
      </div>
    );
  },
};

const action: Column<LineCells> = {
  id: 'action',
  header: () => <span className="hidden">Action</span>,
  meta: { size: '4rem' },
  cell: ({ row: { original: row } }) => {
    const { mayRetract, region, name } = row;
    if (!mayRetract || region === null || name === null) return null;
    return (
      <Link
        to="."
        className={style.rowLink ?? ''}
        search={(before: Search) => ({
          ...before,
          ...searchOf({ kind: 'retract', clusters: [{ region, name }] }),
        })}
        aria-label={`Remove the line of ${clusterText({ region, name })}`}
      >
        Remove
      </Link>
    );
  },
};

export const columnsWith = (isReady: boolean): Column<LineCells>[] => [
  ...named,
  ...(isReady ? [ready] : []),
  action,
];

function Cluster({ row }: { row: LineRow }) {
  const { name, isWide, foreignAccount, pattern } = row;
  return (
    <span className={style.breaking} title={pattern}>
      {name === null ? <code>{pattern}</code> : name === '*' ? 'Every cluster' : name}
      {isWide && name !== null && <span className={style.tag}>wide</span>}
      {foreignAccount !== null && <span className={style.tag}>of account {foreignAccount || 'any'}</span>}
    </span>
  );
}
