import { Link, Outlet } from '@tanstack/react-router';
import { signIn, useSession } from '../session/session.ts';
import { SignedIn } from '../session/signed-in.tsx';
import { Button } from '../ui/button.tsx';
import style from './layout.module.css';
import { Tools } from './tools.tsx';

/** The frame of every page. */
export function Layout() {
  const session = useSession();
  return (
    <>
      <a className={style.skip} href="#content">
        Go to the content
      </a>
      <header className={style.header}>
        <Link to="/" className={style.brand ?? ''}>
          Rolewright
        </Link>
        {session.kind !== 'signed-out' && (
          <>
            <nav className={style.nav} aria-label="Pages">
              <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
                Fleet
              </Link>
              <Link to="/roles">Roles</Link>
              <Link to="/history">History</Link>
              <Link to="/sweeps">Sweeps</Link>
              <Link to="/settings">Settings</Link>
            </nav>
            <div className={style.tools}>
              <Tools />
              <SignedIn />
            </div>
          </>
        )}
      </header>
      {session.kind === 'ended' && (
        <div className={style.ended} role="alert">
          Your session ended. Sign in to go on; what you typed is kept.
          <Button look="primary" onClick={() => signIn()}>
            Sign in
          </Button>
        </div>
      )}
      <main id="content" tabIndex={-1} className={style.main}>
        <Outlet />
      </main>
    </>
  );
}
