import type { FastifyInstance } from 'fastify';
import t, { type Test } from 'tap';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import { startFirst } from '#dev/sandbox/first-start.ts';
import { fleet, hub } from '#dev/sandbox/fleet.ts';

/** A service that answers these statuses in turn, and the requests that it got. */
function scripted(...statuses: number[]) {
  const urls: string[] = [];
  const inject = async ({ url }: { url: string }) => {
    urls.push(url);
    return { statusCode: statuses[urls.length - 1] ?? 200, body: '{}' };
  };
  return { urls, app: { inject } as unknown as FastifyInstance };
}

async function startAws(t: Test) {
  const aws = await startAwsSandbox();
  t.teardown(() => aws.close());
  return aws.world;
}

t.test('a database that is slow at first does not fail the first start', async (t) => {
  const { app, urls } = scripted(503);
  await startFirst(await startAws(t), app, 'token');
  const put = fleet.map(({ accountId }) => `/v1/accounts/${accountId}`);
  t.same(urls.slice(0, put.length + 1), [put[0], ...put], 'the first request is repeated');
});

t.test('a first start that fails begins again at the next start', async (t) => {
  const world = await startAws(t);
  await t.rejects(startFirst(world, scripted(200, 500).app, 'token'), /could not be filled/);
  t.equal(world.account(hub.accountId), null, 'AWS has no accounts yet');
});
