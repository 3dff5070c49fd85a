import { createBackendModule } from '@backstage/backend-plugin-api';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { rolewrightServiceRef } from 'backstage-plugin-rolewright-node';
import { createCheckAction } from './check.ts';
import { createCreateAction, createExtendAction } from './write.ts';

/** Adds the actions rolewright:check, rolewright:extend and rolewright:create to the scaffolder. */
export const rolewrightModule = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'rolewright',
  register(env) {
    env.registerInit({
      deps: { actions: scaffolderActionsExtensionPoint, rolewright: rolewrightServiceRef },
      async init({ actions, rolewright }) {
        actions.addActions(
          createCheckAction(rolewright),
          createExtendAction(rolewright),
          createCreateAction(rolewright),
        );
      },
    });
  },
});
