import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Note } from '../ui/note.tsx';
import { Page } from '../ui/page.tsx';
import { consoleConfig, signIn, useSession } from './session.ts';

export function SignInPage() {
  const session = useSession();
  const { users, clientId } = consoleConfig();
  const [isLeaving, setLeaving] = useState(false);
  if (session.kind === 'signed-in') return <Navigate to="/" replace />;
  const go = async (user?: string) => {
    setLeaving(true);
    await signIn(user);
    setLeaving(false);
  };
  const fault = session.kind === 'signed-out' ? session.fault : null;
  return (
    <Page title="Sign in">
      {fault !== null && (
        <Note look="bad">
          <p role="alert">{fault}</p>
        </Note>
      )}
      {clientId === null ? (
        <Note look="warning">
          <p>
            Nobody can sign in here yet. Set <code>CONSOLE_CLIENT_ID</code> of the service: docs/console.md
            says how.
          </p>
        </Note>
      ) : users.length > 0 ? (
        <>
          <p>This is a sandbox. Choose who you are:</p>
          <div>
            {users.map((user) => (
              <Button key={user} onClick={() => go(user)} busy={isLeaving}>
                {user}
              </Button>
            ))}
          </div>
        </>
      ) : (
        <div>
          <Button look="primary" onClick={() => go()} busy={isLeaving}>
            Sign in
          </Button>
        </div>
      )}
    </Page>
  );
}
