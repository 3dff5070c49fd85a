import type { Client } from '@smithy/core/client';
import type { Observer } from '../ports/observer.ts';
import { resultOf } from './retries/result.ts';

/** Makes an SDK client report each attempt of its calls. Answers the client. */
export function watchCalls<I extends object, O extends { $metadata: { requestId?: string } }, C>(
  client: C & Pick<Client<never, I, O, never>, 'middlewareStack'>,
  observer: Observer,
): C {
  client.middlewareStack.add(
    (next, { clientName = '', commandName = '' }) => {
      const service = clientName.replace(/Client$/, '').toLowerCase();
      const action = `${service}:${commandName.replace(/Command$/, '')}`;
      return (request) => observer.observe({ of: 'AWS_CALL', action, resultOf }, () => next(request));
    },
    // Below the retries, and above what turns an answer into an error.
    { step: 'deserialize', priority: 'high', name: 'watchCalls' },
  );
  return client;
}
