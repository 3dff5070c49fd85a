import { createBackend } from '@backstage/backend-defaults';

// A Backstage backend as an installation has it: `node e2e/backend.ts --config FILE`. Only the policy is for tests.

const backend = createBackend();
backend.add(import('@backstage/plugin-app-backend'));
backend.add(import('@backstage/plugin-auth-backend'));
backend.add(import('@backstage/plugin-auth-backend-module-guest-provider'));
backend.add(import('@backstage/plugin-auth-backend-module-oauth2-proxy-provider'));
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(import('@backstage/plugin-catalog-backend-module-scaffolder-entity-model'));
backend.add(import('@backstage/plugin-permission-backend'));
backend.add(import('./policy.ts'));
backend.add(import('@backstage/plugin-scaffolder-backend'));
backend.add(import('backstage-plugin-rolewright-backend'));
backend.add(import('backstage-plugin-scaffolder-backend-module-rolewright'));
await backend.start();
