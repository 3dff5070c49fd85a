import { createApiRef, type FetchApi } from '@backstage/frontend-plugin-api';
import type { ErrorBody, ExtendAnswer, ExtendBody, Overview } from 'backstage-plugin-rolewright-common';

/** The backend plugin. Every method throws a {@link RolewrightError}. */
export interface RolewrightApi {
  /** @param entityRef as `component:default/payments` */
  overview(entityRef: string): Promise<Overview>;
  extend(body: ExtendBody): Promise<ExtendAnswer>;
}

export const rolewrightApiRef = createApiRef<RolewrightApi>().with({
  id: 'plugin.rolewright.api',
  pluginId: 'rolewright',
});

/** What is wrong in one sentence, and what to do in another. */
export class RolewrightError extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor({ code, message, remedy }: ErrorBody['error'], options?: ErrorOptions) {
    super(message, options);
    this.name = 'RolewrightError';
    this.code = code;
    this.remedy = remedy;
  }
}

export function createRolewrightApi({ fetch }: FetchApi): RolewrightApi {
  const request = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`plugin://rolewright${path}`, init).catch((cause: unknown) => {
      throw new RolewrightError(unreachable, { cause });
    });
    // Another server, such as a proxy, answers with a page.
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new RolewrightError(readError(body) ?? errorOf(response.status));
    if (body === null) throw new RolewrightError(errorOf(response.status));
    return body;
  };
  return {
    overview: async (entityRef) =>
      (await request(`/overview?${new URLSearchParams({ entityRef })}`)) as Overview,
    extend: async (body) =>
      (await request('/extend', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })) as ExtendAnswer,
  };
}

const unreachable: ErrorBody['error'] = {
  code: 'BACKSTAGE_UNREACHABLE',
  message: 'The backend of Backstage cannot be reached.',
  remedy: 'Check your connection, and try again.',
};

/** The plugin's own errors have a remedy. Those of Backstage itself have none. */
function readError(body: unknown): ErrorBody['error'] | null {
  const { code, message, remedy } = ((body as Partial<ErrorBody> | null)?.error ?? {}) as Record<
    string,
    unknown
  >;
  const isOwn = typeof code === 'string' && typeof message === 'string' && typeof remedy === 'string';
  return isOwn ? { code, message, remedy } : null;
}

function errorOf(status: number): ErrorBody['error'] {
  switch (status) {
    case 401:
      return { code: 'SIGNED_OUT', message: 'Your session ended.', remedy: 'Sign in to Backstage again.' };
    case 404:
      return {
        code: 'NO_BACKEND',
        message: 'This Backstage has no backend of Rolewright.',
        remedy: 'Ask those who run Backstage to install the backend plugin.',
      };
    default:
      return {
        code: 'BACKSTAGE_ERROR',
        message: `The backend of Backstage answered ${status}, and gave no reason.`,
        remedy: 'Try again in a minute. If it stays, tell those who run Backstage.',
      };
  }
}
