import {
  type BackendFeature,
  coreServices,
  createServiceFactory,
  type PermissionsService,
  type UserInfoService,
} from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { RolewrightService } from 'backstage-plugin-rolewright-node';
import { readSettings } from '../../plugins/rolewright-node/src/config.ts';
import { createCredential } from '../../plugins/rolewright-node/src/credential.ts';
import { openRole } from '../../plugins/rolewright-node/src/open-role.ts';

// Backstage's own services for tests, with a catalog of a few components, and one person.

const component = (name: string, annotations: Record<string, string> = {}) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default', annotations },
});
const role = { 'amazonaws.com/account-id': '111122223333', 'rolewright.io/role-name': 'pods' };
const entities = [
  component('payments', role),
  component('missing', { ...role, 'rolewright.io/role-name': 'absent' }),
  component('bare'),
  component('traversal', { ...role, 'rolewright.io/role-name': '../../../admin' }),
  component('number', { ...role, 'amazonaws.com/account-id': '1' }),
];

/** `denied`: the names of the permissions that Backstage's policy refuses. */
const permissionsWithout = (denied: readonly string[]): PermissionsService => ({
  authorize: async (requests) =>
    requests.map(({ permission, resourceRef }) => ({
      result: denied.includes(permission.name) || !resourceRef ? AuthorizeResult.DENY : AuthorizeResult.ALLOW,
    })),
  authorizeConditional: async () => [],
});
const userInfo: UserInfoService = {
  getUserInfo: async (credentials) => ({
    userEntityRef: (credentials.principal as { userEntityRef: string }).userEntityRef,
    ownershipEntityRefs: ['user:default/jane', 'group:default/platform'],
  }),
};
const configuration = (baseUrl: string) => ({
  app: { baseUrl: 'https://portal.example' },
  rolewright: {
    baseUrl,
    publicUrl: 'https://rolewright.example',
    token: 'service-token',
    groups: { 'group:default/platform': ['rolewright-operators'] },
  },
});

/** What a test backend is given in the place of its own. */
export function featuresFor(url: string, denied: readonly string[] = []): BackendFeature[] {
  const { permissions, userInfo: people } = coreServices;
  return [
    mockServices.rootConfig.factory({ data: configuration(url) }),
    createServiceFactory({ service: permissions, deps: {}, factory: () => permissionsWithout(denied) }),
    createServiceFactory({ service: people, deps: {}, factory: () => userInfo }),
    catalogServiceMock.factory({ entities }),
  ];
}

/** Rolewright, for an action that runs without a backend. */
export function rolewrightAt(url: string, denied: readonly string[] = []): RolewrightService {
  const settings = readSettings(mockServices.rootConfig({ data: configuration(url) }));
  const credential = createCredential(settings.credential, { log: console });
  const catalog = catalogServiceMock({ entities });
  const backstage = { auth: mockServices.auth(), catalog, permissions: permissionsWithout(denied), userInfo };
  return { openRole: (request) => openRole(backstage, { settings, credential }, request) };
}

/** The headers by which Rolewright knows the plugin, and the person for whom it calls. */
export const headersOfJane = {
  authorization: 'Bearer service-token',
  'on-behalf-of': 'https://portal.example|user:default/jane',
  'on-behalf-of-groups': 'rolewright-operators',
};
