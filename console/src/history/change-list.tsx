import type { ReactNode } from 'react';
import type { Pages } from '../pages.ts';
import type { Column } from '../ui/table/data-table.tsx';
import { PagedTable } from '../ui/table/paged-table.tsx';
import { Time } from '../ui/text/time.tsx';
import { VerdictMark } from '../ui/text/verdict.tsx';
import { ChangeSentence } from './change-sentence.tsx';
import style from './history.module.css';
import { type Change, marksOf } from './sentence.ts';

const columns: Column<Change>[] = [
  {
    id: 'change',
    header: 'Change',
    meta: { size: 'minmax(0, 1fr)' },
    cell: ({ row: { original: change } }) => (
      <div className={style.change}>
        <p>
          <ChangeSentence change={change} />
        </p>
        {change.reason && <p className={style.reason}>{change.reason}</p>}
        {change.error && <p className={style.error}>{change.error.detail}</p>}
        {marksOf(change).map((mark) => (
          <p key={mark} className={style.mark}>
            {mark}
          </p>
        ))}
      </div>
    ),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    meta: { size: '8rem' },
    cell: ({ row: { original: change } }) => <VerdictMark verdict={change.outcome} />,
  },
  {
    id: 'at',
    header: 'When',
    meta: { size: '8rem' },
    cell: ({ row: { original: change } }) => <Time at={change.at} />,
  },
];

/** Changes, the newest first: one sentence each. Also for the history of one role. */
export function ChangeList({ what, pages, empty }: { what: string; pages: Pages<Change>; empty: ReactNode }) {
  return (
    <PagedTable
      what={what}
      pages={pages}
      empty={empty}
      columns={columns}
      rowId={({ id }) => id}
      rowHeight={57}
    />
  );
}
