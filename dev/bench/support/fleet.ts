/** What the fleet of the bench is made of; its AWS is fleet-aws.ts. */
export const hub = { accountId: '999999999999', accessKeyId: 'AKIAHUB0000000000000', secretAccessKey: 'bench' };
export const member = { name: 'RolewrightMember', externalId: 'bench' };
export const accountIdOf = (i: number) => String(100_000_000_001 + i);
