import { Problem } from 'rolewright-client';
import { FaultNote } from '../../ui/fault.tsx';
import { Forbidden } from '../../ui/table/paged-table.tsx';
import style from '../roles.module.css';

/** Why an account cannot be read, and what to mend in it. */
export function AccountFault({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error instanceof Problem && error.code === 'FORBIDDEN')
    return <Forbidden what="the roles of this account" error={error} />;
  const isUnreachable = error instanceof Problem && error.code === 'ACCOUNT_UNREACHABLE';
  return (
    <FaultNote
      error={error}
      // The list below says in full what the last sentence does.
      detail={isUnreachable ? error.detail.replace(/ Check that .*$/s, '') : undefined}
      onRetry={onRetry}
    >
      {isUnreachable && (
        <ol className={style.remedies}>
          <li>
            Look for the member role in the account. The template deploy/member-role.cfn.yaml creates it.
          </li>
          <li>Its trust policy has to allow sts:AssumeRole to the principal of this service.</li>
          <li>The external ID in that policy has to be the one that the account is registered with.</li>
        </ol>
      )}
    </FaultNote>
  );
}
