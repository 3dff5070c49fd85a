import t from 'tap';
import { serializeError } from '#src/http/log/logged-error.ts';

const secret = 'S3CRET';

t.test('an error and its causes, without the members that libraries add', async (t) => {
  const refused = Object.assign(new TypeError('refused'), {
    code: '23514',
    detail: `Failing row contains (${secret})`,
    where: secret,
  });
  const denied = Object.assign(new Error('denied'), {
    $metadata: { requestId: 'r-1', secret },
    $response: { body: secret },
  });
  const found = serializeError(
    new Error('top', { cause: new AggregateError([refused, denied, secret], 'all') }),
  );
  t.match(found, {
    type: 'Error',
    message: 'top',
    stack: /^Error: top\n/,
    causes: [
      {
        type: 'AggregateError',
        causes: [
          { type: 'TypeError', message: 'refused', code: '23514' },
          { message: 'denied', awsRequestId: 'r-1' },
        ],
      },
    ],
  });
  t.notMatch(JSON.stringify(found), secret);
});

t.test("PostgreSQL's code of an error that Prisma reports, without the row", async (t) => {
  const cause = { kind: 'postgres', originalCode: '57P03', originalMessage: secret, detail: secret };
  const driverAdapterError = Object.assign(new Error(secret), { cause });
  const error = Object.assign(new Error('raw query failed'), { code: 'P2010', meta: { driverAdapterError } });
  const found = serializeError(error);
  t.match(found, { message: 'raw query failed', code: 'P2010', databaseCode: '57P03' });
  t.notMatch(JSON.stringify(found), secret);
});

t.test('values that are not errors, and endless chains of causes', async (t) => {
  t.same(serializeError('text'), { type: 'string', message: 'text', stack: '' });
  t.same(serializeError(undefined), { type: 'undefined', message: 'undefined', stack: '' });
  t.same(serializeError({ secret }), { type: 'object', message: '', stack: '' });
  const circle = new Error('circle');
  circle.cause = circle;
  t.doesNotThrow(() => JSON.stringify(serializeError(circle)));
});
