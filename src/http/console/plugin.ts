import { access } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { version } from '../../version.ts';
import type { ConsoleConfig } from './config.ts';
import { createMissingPage } from './missing-page.ts';
import { assetsPath, configPath, pagePaths } from './paths.ts';
import { createPolicy } from './policy.ts';

export interface ConsoleOptions extends Omit<ConsoleConfig, 'version'> {
  /** The folder of the built console. Left out: `console/dist` of this package. */
  directory?: string;
}

const hidden = { schema: { hide: true } } as const;
const ownDirectory = join(import.meta.dirname, '../../../console/dist');
const year = '365d';
/** The names that the build gives to files. No other file of the folder is for the web. */
const assetName = /^\w[\w.-]*$/;

/**
 * Serves the web console and its configuration. Files are read from disk for each request, because the
 * sandbox builds them while the service runs. Answers 503 with a page of its own while they are not there.
 */
export async function webConsole(
  app: FastifyInstance,
  { directory = ownDirectory, isDevelopment, ...config }: ConsoleOptions & { isDevelopment: boolean },
): Promise<void> {
  const policy = { 'content-security-policy': createPolicy(config.issuer) };
  const answer: ConsoleConfig = { version, ...config };
  const missingPage = createMissingPage(isDevelopment);
  // Without a root: it would warn of a folder that is not there yet. The build compresses the files.
  await app.register(fastifyStatic, { serve: false, preCompressed: true, index: false });

  app.get(configPath, hidden, async () => answer);
  app.get<{ Params: { file: string } }>(assetsPath, hidden, async ({ params: { file } }, reply) =>
    assetName.test(file)
      ? reply.headers(policy).sendFile(file, join(directory, 'assets'), { maxAge: year, immutable: true })
      : reply.callNotFound(),
  );

  async function sendPage(_: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    reply.headers(policy);
    if (!(await isThere(join(directory, 'index.html'))))
      return reply.code(503).header('retry-after', '2').type('text/html; charset=utf-8').send(missingPage);
    return reply
      .header('cache-control', 'no-cache')
      .sendFile('index.html', directory, { cacheControl: false });
  }
  for (const path of pagePaths) app.get(path, hidden, sendPage);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
