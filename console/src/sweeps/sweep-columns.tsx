import { Link } from '@tanstack/react-router';
import { nameOf } from '../actor.ts';
import type { Shape } from '../api.ts';
import type { Column } from '../ui/table/data-table.tsx';
import { Mark } from '../ui/text/mark.tsx';
import { Time } from '../ui/text/time.tsx';
import { VerdictCounts } from './progress.tsx';
import { operationText, progressText, states } from './words.ts';

export const sweepColumns: Column<Shape<'Sweep'>>[] = [
  {
    id: 'operation',
    header: 'Sweep',
    meta: { size: 'minmax(9rem, 1.25fr)' },
    cell: ({ row: { original } }) => (
      <Link to="/sweeps/$sweepId" params={{ sweepId: original.id }}>
        {operationText(original)}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'State',
    meta: { size: '7rem' },
    cell: ({ row: { original } }) => (
      <Mark look={states[original.state].look}>{states[original.state].word}</Mark>
    ),
  },
  {
    id: 'progress',
    header: 'Progress',
    meta: { size: 'minmax(0, 1.25fr)' },
    cell: ({ row: { original } }) => progressText(original),
  },
  {
    id: 'verdicts',
    header: 'Verdicts',
    meta: { size: 'minmax(0, 2fr)' },
    cell: ({ row: { original } }) => <VerdictCounts counts={original.verdicts} />,
  },
  {
    id: 'who',
    header: 'Who',
    meta: { size: 'minmax(0, 1fr)' },
    cell: ({ row: { original } }) => nameOf(original),
  },
  {
    id: 'when',
    header: 'Started',
    meta: { size: '8rem' },
    cell: ({ row: { original } }) => <Time at={original.createdAt} />,
  },
];
