import type { Caller } from '#src/schema/caller.ts';

/** The caller of the benches: an administrator. */
export const caller: Caller = {
  actor: { subject: 'bench', issuer: null },
  groups: ['rolewright-administrators'],
  scope: null,
  via: 'REST',
  requestId: 'bench',
};
