import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { World } from './aws/world.ts';
import { fleet, seedAws } from './fleet.ts';
import { retired } from './fleet-clusters.ts';

const attempts = 30;

/**
 * Creates the company in the AWS sandbox, and registers its accounts in the service. `token` is an
 * administrator's.
 */
export async function startFirst(world: World, app: FastifyInstance, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const send = async (method: 'GET' | 'PUT', url: string, payload?: object) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
      if (answer.statusCode < 300) return;
      // A new database is slow on a busy machine.
      if (answer.statusCode !== 503 || attempt === attempts)
        throw new Error(`the sandbox could not be filled: ${method} ${url} answered ${answer.body}`);
      await pause(1000);
    }
  };
  for (const { accountId, name, partition, labels } of fleet)
    await send('PUT', `/v1/accounts/${accountId}`, { name, partition, labels });
  // Last, because an AWS with accounts shows later starts that the registry is filled.
  seedAws(world);
  // The service sees this cluster once. Then it is deleted, and its line stays.
  const { accountId, region, name } = retired;
  await send('GET', `/v1/accounts/${accountId}/clusters/${region}/${name}/fargate-readiness`);
  world.deleteCluster(accountId, region, name);
}
