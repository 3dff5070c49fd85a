/**
 * The number of accounts that the simulated AWS has. The others are registered too, but cannot be reached.
 */
export const reachableAccounts = 50;

export const accountIdAt = (i: number) => String(320000000001 + i);

/** The ID of a reachable account, for any number. */
export const reachableAccountId = (i: number) => accountIdAt(i % reachableAccounts);
