import {
  ApiBlueprint,
  createFrontendPlugin,
  createRouteRef,
  type ExtensionDefinition,
  type FrontendPlugin,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { EntityCardBlueprint, EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { hasRole } from 'backstage-plugin-rolewright-common';
import { createRolewrightApi, rolewrightApiRef } from './api.ts';

/** The tab of an entity. */
const tabRouteRef = createRouteRef();

const rolewrightApi = ApiBlueprint.make({
  params: (define) =>
    define({
      api: rolewrightApiRef,
      deps: { fetchApi: fetchApiRef },
      factory: ({ fetchApi }) => createRolewrightApi(fetchApi),
    }),
});

export const roleCard: ExtensionDefinition = EntityCardBlueprint.make({
  name: 'role',
  params: {
    type: 'info',
    filter: hasRole,
    loader: async () => {
      const { RoleCard } = await import('./card/role-card.tsx');
      return <RoleCard tab={tabRouteRef} />;
    },
  },
});

export const roleTab: ExtensionDefinition = EntityContentBlueprint.make({
  name: 'role',
  params: {
    path: '/execution-role',
    title: 'Execution role',
    group: 'operation',
    routeRef: tabRouteRef,
    filter: hasRole,
    loader: async () => {
      const { RoleTab } = await import('./tab/role-tab.tsx');
      return <RoleTab />;
    },
  },
});

/** Rolewright's part of a Backstage app: a card and a tab for entities that name an account and a role. */
const plugin: FrontendPlugin = createFrontendPlugin({
  pluginId: 'rolewright',
  title: 'Rolewright',
  extensions: [rolewrightApi, roleCard, roleTab],
});
export default plugin;
