import { page } from '../../schema/page.ts';
import { DeadLetter, ListDeadLettersInput } from '../../schema/webhook.ts';
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
    const letters = await deps.outbox.deadLetters({ after: decodeTimedCursor(cursor), limit: limit + 1 });
    return makePage(letters, limit, encodeTimedCursor);
  },
});
