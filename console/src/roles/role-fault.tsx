import { Problem } from 'rolewright-client';
import type { Search } from '../app/search.ts';
import { permissions, searchOf } from '../mend/operation.ts';
import { Button } from '../ui/button.tsx';
import { FaultNote } from '../ui/fault.tsx';
import { Note } from '../ui/note.tsx';
import { VerdictMark } from '../ui/verdict.tsx';

/** Why there is no role to show: it is missing, or the account cannot be reached. */
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
  const code = error instanceof Problem ? error.code : null;
  if (code === 'ROLE_NOT_FOUND')
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
  return (
    <FaultNote error={error} onRetry={onRetry}>
      {code === 'ACCOUNT_UNREACHABLE' && (
        <ol>
          <li>
            1. In the account, look for the member role. The template deploy/member-role.cfn.yaml creates it.
          </li>
          <li>2. Its trust policy has to let this service's principal call sts:AssumeRole.</li>
          <li>
            3. The external ID of its trust policy has to be the one that the account is registered with.
          </li>
        </ol>
      )}
    </FaultNote>
  );
}
