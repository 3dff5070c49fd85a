/** The accounts and roles of the bench's fleet. fleet-aws.ts is its AWS. */
export const hub = {
  accountId: '999999999999',
  accessKeyId: 'AKIAHUB0000000000000',
  secretAccessKey: 'bench',
};
export const member = { name: 'RolewrightMember', externalId: 'bench' };
export const accountIdOf = (i: number) => String(100_000_000_001 + i);
