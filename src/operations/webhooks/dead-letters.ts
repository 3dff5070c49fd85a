import { Fault } from '../../fault.ts';
import { page } from '../../schema/page.ts';
import { DeadLetter, ListDeadLettersInput, RedeliverInput } from '../../schema/webhook.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeTimedCursor, defaultLimit, encodeTimedCursor, makePage } from '../call/paging.ts';

export const deadLetters = defineOperation({
  name: 'deadLetters',
  tag: 'Webhooks',
  summary: 'Lists the events that the receiver of the webhook did not accept, oldest first.',
  permission: ['administer'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: ListDeadLettersInput,
  output: page('DeadLetterPage', DeadLetter),
  run: async (deps, { limit = defaultLimit, cursor }) => {
    const found = await deps.outbox.deadLetters({ after: decodeTimedCursor(cursor), limit: limit + 1 });
    return makePage(found, limit, encodeTimedCursor);
  },
});

export const redeliverDeadLetter = defineOperation({
  name: 'redeliverDeadLetter',
  tag: 'Webhooks',
  summary:
    'Sends an event again that the receiver did not accept. It keeps its ID, and later events of the same role may arrive before it.',
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
