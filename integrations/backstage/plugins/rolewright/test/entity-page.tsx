import type { Entity } from '@backstage/catalog-model';
import type { ExtensionDefinition } from '@backstage/frontend-plugin-api';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import type { ExtendBody } from 'backstage-plugin-rolewright-common';
import { type RolewrightApi, rolewrightApiRef } from '../src/api.ts';
import * as samples from './samples.ts';

/** Shows one part of the plugin on the page of an entity. `api`: what the backend answers beside the samples. */
export function showPart(
  part: ExtensionDefinition,
  api: Partial<RolewrightApi> = {},
  entity: Entity = samples.entity,
) {
  const calls = { overview: [] as string[], extend: [] as ExtendBody[] };
  const answers: RolewrightApi = {
    overview: async (entityRef) => {
      calls.overview.push(entityRef);
      return await (api.overview?.(entityRef) ?? samples.overview);
    },
    extend: async (body) => {
      calls.extend.push(body);
      return await (api.extend?.(body) ?? (body.dryRun ? samples.preview : samples.extended));
    },
  };
  renderTestApp({
    extensions: [createTestEntityPage({ entity }), part],
    apis: [[rolewrightApiRef, answers]],
  });
  return calls;
}
