import { Link } from '@tanstack/react-router';
import { usePermitted } from '../session/permitted.ts';
import { buttonClass } from '../ui/button.tsx';
import { Note } from '../ui/note.tsx';
import style from './fleet.module.css';

/** What to do when no account is registered yet. */
export default function FirstRun() {
  const may = usePermitted();
  return (
    <Note>
      <h2>No accounts yet</h2>
      {may('putAccount') ? (
        <>
          <p>
            Register one, or import your organization. Then check its roles: the fleet shows their verdicts.
          </p>
          <div className={style.row}>
            <Link to="/settings/accounts" search={{ new: '1' }} className={buttonClass('primary')}>
              Register an account
            </Link>
            {may('importAccounts') && (
              <Link to="/settings/accounts" className={buttonClass()}>
                Import your organization
              </Link>
            )}
          </div>
        </>
      ) : (
        <p>
          There is no account that you may see. An administrator can register accounts, or permit you some.
        </p>
      )}
    </Note>
  );
}
