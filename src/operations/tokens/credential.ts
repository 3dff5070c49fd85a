import { Fault } from '../../fault.ts';
import type { Actor } from '../../schema/change.ts';
import { tokenOf } from '../../schema/token.ts';
import type { Deps } from '../call/deps.ts';

/**
 * What goes on in somebody's name after their request asks this first: a service token may have ended since, and its groups and scope
 * cannot have changed. An access token is not to be had again, and what its bearer has put stands. `did` and `remedy` are for the
 * message. Faults: FORBIDDEN where the token lets nobody in any more, UNAVAILABLE.
 */
export async function expectGoodStill(
  { serviceTokens, now }: Pick<Deps, 'serviceTokens' | 'now'>,
  actor: Actor,
  { did, remedy }: { did: string; remedy: string },
): Promise<void> {
  const name = tokenOf(actor);
  if (name === null) return;
  const token = await serviceTokens.findByName(name);
  const ending =
    token === null ? 'is not known' : token.revokedAt !== null ? 'is revoked' : token.expiresAt <= now() ? 'has expired' : null;
  if (ending !== null) throw new Fault('FORBIDDEN', `The service token ${name}, which ${did}, ${ending}. ${remedy}`);
}
