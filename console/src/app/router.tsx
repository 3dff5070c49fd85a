import { createRootRoute, createRoute, createRouter, Link, lazyRouteComponent } from '@tanstack/react-router';
import { FleetPage } from '../fleet/fleet-page.tsx';
import { SignInPage } from '../session/sign-in-page.tsx';
import { FaultNote } from '../ui/fault.tsx';
import { Loading } from '../ui/loading.tsx';
import { Note } from '../ui/note.tsx';
import { Page } from '../ui/page.tsx';
import { moveFocusWithPages } from './focus.ts';
import { Layout } from './layout.tsx';
import { parseSearch, type Search, stringifySearch } from './search.ts';
import { SignedInPages } from './signed-in-pages.tsx';

// The addresses of the pages. src/http/console answers these, and no others, with the page.

const root = createRootRoute({ component: Layout, validateSearch: (search): Search => search as Search });
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedInPages });
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignInPage });

// The fleet is what most people see first. The other pages are loaded when they are opened.
const page = <const Path extends string>(path: Path, load: () => Promise<{ default: React.ComponentType }>) =>
  createRoute({ getParentRoute: () => signedIn, path, component: lazyRouteComponent(load) });
const fleet = createRoute({ getParentRoute: () => signedIn, path: '/', component: FleetPage });

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/settings-page.tsx')),
});
const setting = <const Path extends string>(
  path: Path,
  load: () => Promise<{ default: React.ComponentType }>,
) => createRoute({ getParentRoute: () => settings, path, component: lazyRouteComponent(load) });

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    fleet,
    page('/roles', () => import('../roles/accounts/accounts-page.tsx')),
    page('/roles/$accountId', () => import('../roles/accounts/account-page.tsx')),
    page('/roles/$accountId/$roleName', () => import('../roles/role-page.tsx')),
    page('/history', () => import('../history/history-page.tsx')),
    page('/history/$changeId', () => import('../history/change/change-page.tsx')),
    page('/sweeps', () => import('../sweeps/sweeps-page.tsx')),
    page('/sweeps/$sweepId', () => import('../sweeps/sweep-page.tsx')),
    settings.addChildren([
      setting('/', () => import('../settings/overview-page.tsx')),
      setting('/accounts', () => import('../settings/accounts/accounts-page.tsx')),
      setting('/imports/$importId', () => import('../settings/imports/import-page.tsx')),
      setting('/schedules', () => import('../settings/schedules/schedules-page.tsx')),
      setting('/tokens', () => import('../settings/tokens/tokens-page.tsx')),
      setting('/claims', () => import('../settings/claims/claims-page.tsx')),
      setting('/webhooks', () => import('../settings/webhooks/webhooks-page.tsx')),
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: () => <Loading what="the page" lines={8} />,
  defaultErrorComponent: ({ error, reset }) => (
    <Page title="Something went wrong">
      <FaultNote error={error} onRetry={reset} />
    </Page>
  ),
  defaultNotFoundComponent: () => (
    <Page title="There is no such page">
      <Note>
        <p>
          The address may be mistyped. Start from the <Link to="/">fleet</Link>.
        </p>
      </Note>
    </Page>
  ),
});

moveFocusWithPages(router);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
