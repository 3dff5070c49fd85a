import { Button } from '../ui/button.tsx';
import { useCaller } from './permitted.ts';
import { signOut, useSession } from './session.ts';

/** Who is signed in, and how to sign out. */
export function SignedIn() {
  const session = useSession();
  const caller = useCaller();
  return (
    <>
      <span>{caller?.subject}</span>
      {session.kind === 'signed-in' && !session.isOpen && (
        <Button look="plain" onClick={signOut}>
          Sign out
        </Button>
      )}
    </>
  );
}
