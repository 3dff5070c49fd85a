import { Fault } from '../../fault.ts';
import { DeadLetter, RedeliverInput } from '../../schema/webhook.ts';
import { defineOperation } from '../call/operation.ts';

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
    if (!letter)
      throw new Fault(
        'DEAD_LETTER_NOT_FOUND',
        `There is no dead letter ${id}. GET /v1/webhooks/dead-letters lists them.`,
      );
    deps.log.info({ actor, requestId, id }, 'dead letter queued again');
    return letter;
  },
});
