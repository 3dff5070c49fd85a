import type { Shape } from '../../api.ts';
import type { Column } from '../../ui/table/data-table.tsx';
import { Labels } from '../../ui/text/labels.tsx';
import { Mark } from '../../ui/text/mark.tsx';
import { labelTexts } from '../lists.ts';
import table from '../table.module.css';
import { differences } from './import-words.ts';

type Change = Shape<'AccountImportChange'>;

const effects = {
  ADDED: ['good', 'Added'],
  CHANGED: ['warning', 'Changed'],
  CLOSED: ['quiet', 'Closed'],
} as const;

export const importColumns: Column<Change>[] = [
  {
    id: 'account',
    header: 'Account',
    meta: { size: 'minmax(9rem, 1fr)' },
    cell: ({ row: { original } }) => (
      <span className={table.two}>
        {original.after.name}
        <code>{original.accountId}</code>
      </span>
    ),
  },
  {
    id: 'effect',
    header: 'Effect',
    meta: { size: '7rem' },
    cell: ({ row }) => {
      const [look, word] = effects[row.original.effect];
      return <Mark look={look}>{word}</Mark>;
    },
  },
  {
    id: 'what',
    header: 'What changes',
    meta: { size: 'minmax(12rem, 3fr)' },
    cell: ({ row }) => <What change={row.original} />,
  },
];

function What({ change: { before, after } }: { change: Change }) {
  if (before === null)
    return (
      <span className={table.two}>
        {after.status !== 'ACTIVE' && `Status: ${after.status}`}
        <Labels name={`Labels of ${after.name}`} texts={labelTexts(after.labels)} />
      </span>
    );
  return (
    <ul>
      {differences(before, after).map(({ what, before, after }) => (
        <li key={what}>
          {what}: {before ?? 'none'} → {after ?? 'none'}
        </li>
      ))}
    </ul>
  );
}
