import { Outlet } from '@tanstack/react-router';
import { useSession } from '../session/session.ts';
import { SignInPage } from '../session/sign-in-page.tsx';

/** The pages for those who have signed in. The address stays while somebody signs in. */
export function SignedInPages() {
  return useSession().kind === 'signed-out' ? <SignInPage /> : <Outlet />;
}
