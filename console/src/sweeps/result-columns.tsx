import { Link } from '@tanstack/react-router';
import type { Shape } from '../api.ts';
import { AccountCell } from '../fleet/roles-table.tsx';
import type { Column } from '../ui/table/data-table.tsx';
import { VerdictMark } from '../ui/text/verdict.tsx';
import { resultText } from './result-words.ts';

type Result = Shape<'SweepResult'>;

/** `nameOf`: the names of accounts, as far as they are known. */
export const resultColumns = (
  operation: Shape<'SweepOperation'>,
  nameOf: (accountId: string) => string | null,
): Column<Result>[] => [
  {
    id: 'account',
    header: 'Account',
    meta: { size: 'minmax(9rem, 1fr)' },
    cell: ({ row: { original } }) => (
      <AccountCell id={original.accountId} name={nameOf(original.accountId)} />
    ),
  },
  {
    id: 'subject',
    header: operation === 'READINESS' ? 'Cluster' : 'Role',
    meta: { size: 'minmax(0, 1.25fr)' },
    cell: ({ row: { original } }) => <Subject result={original} />,
  },
  {
    id: 'verdict',
    header: 'Verdict',
    meta: { size: '9.5rem' },
    cell: ({ row: { original } }) =>
      original.error ? (
        <VerdictMark verdict="FAILED" />
      ) : (
        original.verdict && <VerdictMark verdict={original.verdict} />
      ),
  },
  {
    id: 'what',
    header: 'Result',
    meta: { size: 'minmax(0, 2.5fr)' },
    cell: ({ row: { original } }) => <What result={original} />,
  },
];

function Subject({ result: { accountId, roleName, region, clusterName } }: { result: Result }) {
  if (region !== null) return clusterName === null ? region : `${region}/${clusterName}`;
  if (roleName === null)
    return (
      <Link to="/roles/$accountId" params={{ accountId }}>
        The account
      </Link>
    );
  return (
    <Link to="/roles/$accountId/$roleName" params={{ accountId, roleName }}>
      {roleName}
    </Link>
  );
}

function What({ result }: { result: Result }) {
  const text = resultText(result);
  if (!result.change) return text;
  return (
    <Link to="/history/$changeId" params={{ changeId: result.change.id }}>
      {text}
    </Link>
  );
}
