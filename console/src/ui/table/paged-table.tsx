import type { RowData } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { Problem } from 'rolewright-client';
import type { Pages } from '../../pages.ts';
import { useCaller } from '../../session/permitted.ts';
import { FaultNote } from '../fault.tsx';
import { Loading } from '../loading.tsx';
import { Note } from '../note.tsx';
import { type Column, DataTable } from './data-table.tsx';

/** A list of the API as a table, or what stands in its place: it loads, it failed, it is empty, it is forbidden. */
export function PagedTable<Row extends RowData>({
  what,
  pages,
  empty,
  columns,
  rowId,
  rowHeight,
}: {
  /** What it lists, such as "the service tokens". */
  what: string;
  pages: Omit<Pages<Row>, 'first' | 'isOld'>;
  empty: ReactNode;
  columns: Column<Row>[];
  rowId: (row: Row) => string;
  rowHeight?: number;
}) {
  const { rows, error } = pages;
  if (error instanceof Problem && error.code === 'FORBIDDEN') return <Forbidden what={what} error={error} />;
  if (pages.isPending) return <Loading what={what} lines={6} />;
  return (
    <>
      {error && <FaultNote error={error} onRetry={pages.retry} />}
      {rows.length > 0 ? (
        <DataTable
          caption={what.charAt(0).toUpperCase() + what.slice(1)}
          columns={columns}
          rows={rows}
          hasMore={pages.hasMore}
          rowId={rowId}
          rowHeight={rowHeight}
          onEnd={pages.onEnd}
        />
      ) : (
        !error && <Note>{empty}</Note>
      )}
    </>
  );
}

/** Says what somebody may not see, and who can change that. */
export function Forbidden({ what, error }: { what: string; error: Problem }) {
  const groups = useCaller()?.groups ?? [];
  return (
    <Note look="warning">
      <h2>You may not see {what}</h2>
      <p>{error.detail}</p>
      {groups.length > 0 && (
        <p>
          You are in {groups.length === 1 ? 'the group' : 'the groups'} {groups.join(', ')}.
        </p>
      )}
      <p>
        The policies of this service permit by group. An administrator can add you to a group at the issuer,
        or permit it to one of yours. Then sign out, and sign in again.
      </p>
    </Note>
  );
}
