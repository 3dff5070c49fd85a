import { byId, type Case, fails, invalid, works } from './case.ts';
import { createDeadLetter } from './givens.ts';

export const webhooksCases: Record<string, Case[]> = {
  deadLetters: [
    works('the first', { limit: 1 }, async (_, of) => createDeadLetter(await of.account(), of)),
    invalid('no limit', '/limit', { limit: 0 }),
    invalid('a cursor made up', '/cursor', { cursor: 'c2VxOjA' }),
  ],
  redeliverDeadLetter: [
    works('one', byId, createDeadLetter),
    fails('an unknown one', 'DEAD_LETTER_NOT_FOUND', { id: 'nothing' }),
    invalid('an ID that is none', '/id', { id: 'a b' }),
  ],
};
