import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import { rolewrightApiRef } from './api.ts';

/** The role of the page's entity. `reload` asks again, and keeps what is there meanwhile. */
export function useOverview() {
  const api = useApi(rolewrightApiRef);
  const entityRef = stringifyEntityRef(useEntity().entity);
  const { value, error, loading, retry } = useAsyncRetry(() => api.overview(entityRef), [api, entityRef]);
  return { entityRef, overview: value, error, isLoading: loading, reload: retry };
}
