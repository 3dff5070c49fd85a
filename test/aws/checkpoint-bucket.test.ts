import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import t, { type Test } from 'tap';
import { openCheckpointBucket } from '#src/aws/checkpoint-bucket.ts';
import type { Checkpoint } from '#src/schema/audit.ts';
import { originalLog } from '#src/tools/chaos/tamper.ts';
import { useOwnCredentials } from '#test/support/scripted-aws.ts';

useOwnCredentials();
const { checkpoints } = originalLog(1, 400);
const [first, second, third] = checkpoints as [Checkpoint, Checkpoint, Checkpoint];

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  ifNoneMatch: string | undefined;
}

/** As much of S3 as keeps objects and lists them in order; `answer` may answer in its place. */
async function startS3(t: Test, answer: (call: Call) => { status: number; xml: string } | null = () => null) {
  const objects = new Map<string, string>();
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://x');
    const call: Call = { method: request.method ?? '', path, query, ifNoneMatch: request.headers['if-none-match'] };
    calls.push(call);
    const body = await text(request);
    const scripted = answer(call);
    const send = (status: number, xml: string) => response.writeHead(status, { 'content-type': 'application/xml' }).end(xml);
    if (scripted) return send(scripted.status, scripted.xml);
    if (call.method === 'PUT') {
      if (objects.has(path)) return send(412, '<Error><Code>PreconditionFailed</Code><Message>there already</Message></Error>');
      objects.set(path, body);
      return send(200, '');
    }
    if (query.has('list-type')) {
      const keys = [...objects.keys()].map((key) => key.replace(/^\/[^/]+\//, '')).sort();
      const [key] = keys.filter((one) => one.startsWith(query.get('prefix') ?? '') && one > (query.get('start-after') ?? ''));
      return send(200, `<ListBucketResult>${key === undefined ? '' : `<Contents><Key>${key}</Key></Contents>`}</ListBucketResult>`);
    }
    const found = objects.get(path);
    return found === undefined ? send(404, '<Error><Code>NoSuchKey</Code></Error>') : send(200, found);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { endpoint: `http://127.0.0.1:${port}`, objects, calls };
}

t.test('an object each, in the order of the log, never one in place of another', async (t) => {
  const { endpoint, objects, calls } = await startS3(t);
  const bucket = openCheckpointBucket('s3://audit-log/prod/eu', { endpoint });
  t.equal(await bucket.latest(), null);
  for (const checkpoint of [first, second]) await bucket.publish(checkpoint);
  const path = (seq: number) => `/audit-log/prod/eu/${String(seq).padStart(16, '0')}.json`;
  t.same(
    [...objects.keys()],
    [first, second].map(({ seq }) => path(seq)),
  );
  t.same(
    calls.filter(({ method }) => method === 'PUT').map(({ ifNoneMatch }) => ifNoneMatch),
    ['*', '*'],
  );
  t.same(JSON.parse(objects.get(path(first.seq)) ?? ''), first);

  await bucket.publish(second); // The answer to the first request was lost.
  await t.rejects(bucket.publish({ ...second, signature: third.signature }), /is another checkpoint/);
  calls.length = 0;
  t.same(await bucket.latest(), second);
  t.equal(calls.length, 1, 'one list where nothing is new');
});

t.test('the newest is found by whoever starts, and by another replica', async (t) => {
  const { endpoint, objects, calls } = await startS3(t);
  const url = 's3://audit-log/';
  const [one, other] = [openCheckpointBucket(url, { endpoint }), openCheckpointBucket(url, { endpoint })];
  for (const [count, checkpoint] of checkpoints.entries()) {
    await one.publish(checkpoint);
    if (count % 3 === 0) t.same(await other.latest(), checkpoint);
  }
  calls.length = 0;
  t.same(await openCheckpointBucket(url, { endpoint }).latest(), checkpoints.at(-1));
  t.ok(calls.length < 120, `${calls.length} calls`);
  objects.set('/audit-log/9999-notes.txt', '');
  await t.rejects(openCheckpointBucket(url, { endpoint }).latest(), /is not the name of a checkpoint/);
});

t.test('what S3 refuses is thrown', async (t) => {
  const { endpoint } = await startS3(t, () => ({ status: 403, xml: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' }));
  const bucket = openCheckpointBucket('s3://audit-log', { endpoint });
  await t.rejects(bucket.latest(), { message: 'no', name: 'AccessDenied' });
  await t.rejects(bucket.publish(first), { message: 'no', name: 'AccessDenied' });
});

const { MOTO_URL: moto } = process.env;
t.test('moto', { skip: moto === undefined && 'npm run test:moto' }, async (t) => {
  const s3 = new S3Client({ endpoint: moto ?? '', region: 'us-east-1', forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'audit-log' }));
  const bucket = openCheckpointBucket('s3://audit-log/prod', { endpoint: moto ?? '' });
  t.equal(await bucket.latest(), null);
  for (const checkpoint of checkpoints) await bucket.publish(checkpoint);
  await bucket.publish(third);
  await t.rejects(bucket.publish({ ...third, signature: first.signature }), /is another checkpoint/);
  t.same(await openCheckpointBucket('s3://audit-log/prod', { endpoint: moto ?? '' }).latest(), checkpoints.at(-1));
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'audit-log' }));
  t.equal(Contents?.length, checkpoints.length);
  s3.destroy();
});
