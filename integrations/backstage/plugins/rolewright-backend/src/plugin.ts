import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { rolePermissions } from 'backstage-plugin-rolewright-common';
import { rolewrightServiceRef } from 'backstage-plugin-rolewright-node';
import { createRouter } from './router.ts';

/** Serves /api/rolewright: the role of a catalog entity, and its extension. */
export const rolewrightPlugin = createBackendPlugin({
  pluginId: 'rolewright',
  register(env) {
    env.registerInit({
      deps: {
        rolewright: rolewrightServiceRef,
        http: coreServices.httpRouter,
        httpAuth: coreServices.httpAuth,
        auditor: coreServices.auditor,
        log: coreServices.logger,
        permissions: coreServices.permissionsRegistry,
      },
      async init({ http, permissions, ...deps }) {
        permissions.addPermissions(rolePermissions);
        http.use(createRouter(deps));
      },
    });
  },
});
