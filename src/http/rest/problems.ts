import { Problem } from '../../schema/problem.ts';
import { withReferences } from '../components.ts';

const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: withReferences(Problem) } } });
const header = (description: string, type: 'string' | 'integer' = 'integer') => ({ description, type });

/** How any route can fail, for the API description. */
export const problems = {
  401: {
    ...problem('UNAUTHENTICATED: nobody is known by the credential, or there is none. It is not told why.'),
    headers: { 'WWW-Authenticate': header('Bearer', 'string') },
  },
  429: {
    ...problem(
      'RATE_LIMITED: the caller sends too many requests, has too many sweeps that have not ended, or has stored as much as one may',
    ),
    headers: { 'Retry-After': header('seconds to wait') },
  },
  '4xx': problem('A problem (RFC 9457)'),
  '5xx': problem('A problem (RFC 9457)'),
};
