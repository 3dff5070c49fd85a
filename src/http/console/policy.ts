/**
 * Hashes of inline styles that a library of the console injects, such as "'sha256-…'". Browsers print the
 * hash of a style that they refuse.
 */
const styleHashes: readonly string[] = [];

/**
 * Creates the content security policy of the console: its own files alone, and calls to this service and to
 * the issuer.
 */
export const createPolicy = (issuer: string | null) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    ['style-src', "'self'", ...styleHashes].join(' '),
    "img-src 'self' data:",
    "font-src 'self'",
    ['connect-src', "'self'", ...(issuer === null ? [] : [new URL(issuer).origin])].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
