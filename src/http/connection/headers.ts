/** On every answer. An answer is data: no page, no frame, no script, nothing that anybody keeps. */
export const safeHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const page = "default-src 'self'; img-src 'self' data:; font-src 'self' data:; style-src 'self' 'unsafe-inline'";
const closed = "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What the pages of /docs live with: files of this service, styles and pictures in the page. */
export const docsPolicy = `${page}; ${closed}`;
/** GraphiQL is one page with its scripts in it, of which its editor makes workers. Development alone has it. */
export const graphiqlPolicy = `${page}; script-src 'self' 'unsafe-inline' blob:; worker-src 'self' blob: data:; ${closed}`;
