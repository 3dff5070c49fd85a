import type { Sweep, SweepResult } from '#src/schema/sweep.ts';
import type { TestService } from './service.ts';

/** Starts a sweep and waits for its end. */
export async function runSweep(
  service: TestService,
  input: object,
): Promise<{ sweep: Sweep; of: (accountId: string) => SweepResult[]; results: SweepResult[] }> {
  const { json, status } = await service.rest('POST', '/v1/sweeps', input);
  if (status !== 202) throw new Error(JSON.stringify(json));
  const lines = await service.app.inject(`/v1/sweeps/${json.id}/results?format=ndjson`);
  const results = lines.body
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SweepResult);
  const sweep = (await service.rest('GET', `/v1/sweeps/${json.id}`)).json as Sweep;
  return { sweep, results, of: (accountId) => results.filter((result) => result.accountId === accountId) };
}

/** The results of clusters in a few words: REGION/CLUSTER VERDICT-OR-ERROR, in alphabetical order. */
export const namesOf = (results: SweepResult[]): string[] =>
  results
    .map(({ region, clusterName, verdict, error }) => `${region}/${clusterName} ${error?.code ?? verdict}`)
    .sort();
