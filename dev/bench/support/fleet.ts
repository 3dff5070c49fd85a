/** The accounts and roles of the bench's fleet. fleet-aws.ts is its AWS. */
export const hub = {
  accountId: '999999999999',
  accessKeyId: 'AKIAHUB0000000000000',
  secretAccessKey: 'bench',
};
export const member = { name: 'RolewrightMember', externalId: 'bench' };
/** In this process the service's own credentials are those of the hub. */
export const useHubCredentials = () => {
  process.env.AWS_ACCESS_KEY_ID = hub.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = hub.secretAccessKey;
};
export const accountIdOf = (i: number) => String(100_000_000_001 + i);

/** Works on accounts, `concurrency` at once. Answers the time that it took, and the sum of what `work` found. */
export async function inTurn(
  concurrency: number,
  accounts: number,
  work: (accountId: string) => Promise<number>,
): Promise<{ ms: number; cpuMs: number; found: number }> {
  let [next, found] = [0, 0];
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < accounts) {
        const count = await work(accountIdOf(next++));
        found += count;
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - began, cpuMs: (user + system) / 1000, found };
}
