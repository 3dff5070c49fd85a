import t from 'tap';
import { Refused } from '#clients/cli/src/failure.ts';
import type { ProblemDocument } from '#clients/typescript/src/problem.ts';

t.test('a problem is one line: what is wrong, what to do, the ID of the request', async (t) => {
  const problem = (members: Partial<ProblemDocument>) =>
    ({
      code: 'AWS_FAILED',
      detail: 'It failed.',
      errors: [],
      requestId: 'r-1',
      retryable: false,
      ...members,
    }) as ProblemDocument;
  const cases: [Partial<ProblemDocument>, string][] = [
    [{}, 'AWS_FAILED: It failed. (request r-1)'],
    [{ retryable: true }, 'AWS_FAILED: It failed. The same command may work in a moment. (request r-1)'],
    [
      { code: 'UNAUTHENTICATED' },
      'UNAUTHENTICATED: It failed. The token is read from ROLEWRIGHT_TOKEN. Or log in: rolewright login. (request r-1)',
    ],
    [
      {
        code: 'INVALID_INPUT',
        errors: [
          { pointer: '/a/0', message: 'must be b' },
          { pointer: '', message: 'must be JSON' },
        ],
      },
      'INVALID_INPUT: a/0 must be b; it must be JSON. (request r-1)',
    ],
    [{ detail: 'one\n  two' }, 'AWS_FAILED: one two (request r-1)'],
  ];
  for (const [members, said] of cases) t.equal(new Refused(problem(members)).message, said);
});
