/** Where the console's configuration is. */
export const configPath = '/console/config.json';

/** Where its built files are, whose names hold a hash of their content. */
export const assetsPath = '/assets/:file';

/**
 * The paths of the console's pages, in Fastify's words. Each answers index.html, whose router reads the rest.
 * Any other path answers as before: a wrong address of the API must not look like a page.
 */
export const pagePaths = [
  '/',
  '/sign-in',
  '/roles',
  '/roles/*',
  '/history',
  '/history/*',
  '/sweeps',
  '/sweeps/*',
  '/settings',
  '/settings/*',
] as const;
