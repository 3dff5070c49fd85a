import { Problem } from '../../schema/problem.ts';
import { withReferences } from '../components.ts';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: withReferences(Problem) } },
});
const header = (description: string, type: 'string' | 'integer' = 'integer') => ({ description, type });

/** The errors that every route can answer, for the API description. */
export const problems = {
  401: {
    ...problem('UNAUTHENTICATED: no valid credential. The reason is in the log of the service only.'),
    headers: { 'WWW-Authenticate': header('Bearer', 'string') },
  },
  429: {
    ...problem('RATE_LIMITED: too many requests, too many sweeps in progress, or too much stored'),
    headers: { 'Retry-After': header('Seconds to wait') },
  },
  '4xx': problem('A problem (RFC 9457)'),
  '5xx': problem('A problem (RFC 9457)'),
};
