const { PATH, NODE_COMPILE_CACHE } = process.env;

/**
 * The environment of a program that a test starts: no setting of the developer's shell. It has the cache of
 * compiled modules of `npm test`, as a service that starts without it compiles for half a second.
 */
export const plainEnvironment = { PATH, ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) };
