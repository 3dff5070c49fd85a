import { run } from '../conform/tools.ts';

/** Builds the console into console/dist. Throws an Error with the output when that fails. */
export const buildConsole = () => run('node_modules/.bin/vite', ['build', 'console', '--logLevel', 'warn']);
