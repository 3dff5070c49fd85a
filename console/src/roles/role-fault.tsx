import { Problem } from 'rolewright-client';
import type { Search } from '../app/search.ts';
import { permissions, searchOf } from '../mend/operation.ts';
import { Button } from '../ui/button.tsx';
import { Note } from '../ui/note.tsx';
import { VerdictMark } from '../ui/text/verdict.tsx';
import { AccountFault } from './accounts/account-fault.tsx';

/** Why there is no role to show: it is missing, or the account cannot be read. */
export function RoleFault({
  error,
  accountId,
  onRetry,
  show,
  isPermitted,
}: {
  error: unknown;
  accountId: string;
  onRetry: () => void;
  show: (change: Search) => void;
  isPermitted: (operation: string) => boolean;
}) {
  if (!(error instanceof Problem) || error.code !== 'ROLE_NOT_FOUND')
    return <AccountFault error={error} onRetry={onRetry} />;
  return (
    <Note look="warning">
      <p>
        <VerdictMark verdict="MISSING" />: account {accountId} has no role with this name.
      </p>
      {isPermitted(permissions.create) && (
        <Button look="primary" onClick={() => show(searchOf({ kind: 'create' }))}>
          Create the role
        </Button>
      )}
    </Note>
  );
}
