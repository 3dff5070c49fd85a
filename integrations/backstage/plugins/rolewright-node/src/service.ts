import { coreServices, createServiceFactory, createServiceRef } from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { readSettings, type Settings } from './config.ts';
import { type Credential, createCredential } from './credential.ts';
import { type OpenRequest, type OpenRole, openRole } from './open-role.ts';

export interface RolewrightService {
  /**
   * Opens the role that an entity names, for a signed-in person whom Backstage permits it. Throws RolewrightError,
   * and the errors of Backstage's own services.
   */
  openRole(request: OpenRequest): Promise<OpenRole>;
}

/** One for the whole backend, so that all of its plugins share one token. */
const accessRef = createServiceRef<{ settings: Settings; credential: Credential }>({
  id: 'rolewright.access',
  scope: 'root',
  defaultFactory: async (service) =>
    createServiceFactory({
      service,
      deps: { config: coreServices.rootConfig, log: coreServices.rootLogger },
      factory: ({ config, log }) => {
        const settings = readSettings(config);
        return { settings, credential: createCredential(settings.credential, { log }) };
      },
    }),
});

/** Rolewright, for any backend plugin. It needs no registration. */
export const rolewrightServiceRef = createServiceRef<RolewrightService>({
  id: 'rolewright',
  defaultFactory: async (service) =>
    createServiceFactory({
      service,
      deps: {
        access: accessRef,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        permissions: coreServices.permissions,
        userInfo: coreServices.userInfo,
      },
      factory: ({ access, ...backstage }) => ({
        openRole: (request) => openRole(backstage, access, request),
      }),
    }),
});
