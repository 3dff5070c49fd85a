import { Problem } from 'rolewright-client';
import { FaultNote } from '../ui/fault.tsx';
import style from './roles.module.css';

/** Why an account cannot be read, and what to mend in it. */
export function AccountFault({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <FaultNote error={error} onRetry={onRetry}>
      {error instanceof Problem && error.code === 'ACCOUNT_UNREACHABLE' && (
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
