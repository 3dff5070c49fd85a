import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import t from 'tap';
import { originalLog } from '#dev/chaos/tamper.ts';
import { openCheckpointBucket } from '#src/aws/checkpoint-bucket.ts';
import type { Checkpoint } from '#src/schema/audit.ts';
import { startS3 } from '#test/support/s3.ts';
import { useOwnCredentials } from '#test/support/scripted-aws.ts';

useOwnCredentials();
const { checkpoints } = originalLog(1, 400);
const [first, second, third] = checkpoints as [Checkpoint, Checkpoint, Checkpoint];

t.test('one object a checkpoint, in the order of the log, never overwritten', async (t) => {
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
  t.equal(calls.length, 1, 'one list request when nothing is new');
});

t.test('a start, and another replica, find the newest checkpoint', async (t) => {
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
  t.same(await openCheckpointBucket(url, { endpoint }).latest(), {
    junk: 's3://audit-log/9999-notes.txt is not the name of a checkpoint',
  });
  objects.delete('/audit-log/9999-notes.txt');
  for (const text of ['', 'junk', 'null', '{"seq":999999}', JSON.stringify(third)]) {
    objects.set('/audit-log/0000000000999999.json', text);
    t.match(
      await openCheckpointBucket(url, { endpoint }).latest(),
      { junk: 's3://audit-log/0000000000999999.json is not a checkpoint of entry 999999' },
      text,
    );
  }
});

t.test('an error of S3 is thrown', async (t) => {
  const { endpoint } = await startS3(t, () => ({
    status: 403,
    xml: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>',
  }));
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
  t.same(
    await openCheckpointBucket('s3://audit-log/prod', { endpoint: moto ?? '' }).latest(),
    checkpoints.at(-1),
  );
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'audit-log' }));
  t.equal(Contents?.length, checkpoints.length);
  s3.destroy();
});
