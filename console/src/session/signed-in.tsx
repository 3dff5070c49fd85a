import { useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { signOut, useSession } from './session.ts';

/** Who is signed in, and how to sign out. */
export function SignedIn() {
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['caller', null],
    queryFn: ({ signal }) => api().getCaller({}, { signal }),
    staleTime: 5 * 60_000,
  });
  return (
    <>
      <span>{data?.subject}</span>
      {session.kind === 'signed-in' && !session.isOpen && (
        <Button look="plain" onClick={signOut}>
          Sign out
        </Button>
      )}
    </>
  );
}
