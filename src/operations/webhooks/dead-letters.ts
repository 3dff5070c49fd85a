import { Fault } from '../../fault.ts';
import { page } from '../../schema/page.ts';
import { DeadLetter, ListDeadLettersInput, RedeliverInput } from '../../schema/webhook.ts';
import { operation } from '../call/operation.ts';
import { defaultLimit, pageOf, timedCursor, timedPlace } from '../call/paging.ts';

export const deadLetters = operation({
  name: 'deadLetters',
  summary: 'The events that the receiver of the webhook has not taken, oldest first',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: ListDeadLettersInput,
  output: page('DeadLetterPage', DeadLetter),
  run: async (deps, { limit = defaultLimit, cursor }) => {
    const found = await deps.outbox.deadLetters({ after: timedPlace(cursor), limit: limit + 1 });
    return pageOf(found, limit, timedCursor);
  },
});

export const redeliverDeadLetter = operation({
  name: 'redeliverDeadLetter',
  summary: 'Sends an event anew that the receiver has not taken, with the ID that it had; later events of its role may be there before it',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'MUTATION',
  input: RedeliverInput,
  output: DeadLetter,
  run: async (deps, { id }, { actor, requestId }) => {
    const letter = await deps.outbox.redeliver(id);
    if (!letter) throw new Fault('DEAD_LETTER_NOT_FOUND', `There is no dead letter ${id}. GET /v1/webhooks/dead-letters lists them.`);
    deps.log.info({ actor, requestId, id }, 'a dead letter is sent anew');
    return letter;
  },
});
