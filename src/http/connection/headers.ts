/** The headers of every answer. An answer is data: it is not framed, not run as a script and not cached. */
export const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const page =
  "default-src 'self'; img-src 'self' data:; font-src 'self' data:; style-src 'self' 'unsafe-inline'";
const closed = "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The policy of /docs: files of this service, and inline styles and images. */
export const docsPolicy = `${page}; ${closed}`;
/**
 * The policy of GraphiQL, which has its scripts inline and creates workers. It is served in development only.
 */
export const graphiqlPolicy = `${page}; script-src 'self' 'unsafe-inline' blob:; worker-src 'self' blob: data:; ${closed}`;
