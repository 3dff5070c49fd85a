import { readFileSync } from 'node:fs';
import t from 'tap';
import { operations } from '#clients/typescript/src/generated/operations.ts';
import { Problem } from '#clients/typescript/src/problem.ts';
import { headOf, operationsFile, readDocument, typedDocument } from '#dev/tools/describe-client.ts';
import { examples } from '#src/http/rest/examples/requests.ts';
import { stage } from './stage.ts';

const folder = 'clients/typescript/src/generated';

t.test('what is derived from openapi.yaml is up to date', async (t) => {
  const document = readDocument();
  const hint = 'it is what npm run describe writes: run it';
  t.ok(
    readFileSync(`${folder}/operations.ts`, 'utf8') === operationsFile(document),
    `operations.ts: ${hint}`,
  );
  const head = headOf(typedDocument(document));
  t.ok(readFileSync(`${folder}/schema.ts`, 'utf8').startsWith(`${head}\n`), `schema.ts: ${hint}`);
});

t.test('every operation of the service has a method, which reaches it', async (t) => {
  const { client, service } = await stage(t);
  const { accountId } = await service.account();
  const ids = Object.values(readDocument().paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  t.same(Object.keys(client).sort(), ids.sort());
  t.ok(ids.length > 40);

  for (const [id, method] of Object.entries(client)) {
    const input = { ...examples[id], ...(examples[id] && 'accountId' in examples[id] && { accountId }) };
    const call = method as (input: object) => PromiseLike<unknown> | AsyncGenerator<unknown>;
    const answer = call(input);
    const outcome = await ('next' in answer ? answer.next() : answer).then(
      () => 'answered',
      (error: unknown) => (error instanceof Problem ? error.code : error),
    );
    // The examples name things that are not there: 404 of an operation says that its input was good.
    t.match(outcome, /^(answered|\w+_NOT_FOUND|CLUSTER_NOT_LISTED|LAST_CLUSTER)$/, id);
    t.not(outcome, 'ROUTE_NOT_FOUND', id);
  }
});

t.test('a write, and nothing else, is marked as one', async (t) => {
  const reads = Object.entries(operations).filter(([, { isWrite }]) => !isWrite);
  t.same(
    reads.filter(([, { method }]) => method !== 'GET').map(([id]) => id),
    ['checkExecutionRole'],
  );
  t.ok(Object.values(operations).every(({ method, isWrite }) => method !== 'GET' || !isWrite));
});
