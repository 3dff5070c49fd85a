import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { parseCheckpoint } from '../audit/checkpoint.ts';
import { unobserved } from '../observe.ts';
import type { CheckpointSink } from '../ports/audit.ts';
import type { Observer } from '../ports/observer.ts';
import type { Checkpoint } from '../schema/audit.ts';
import { wireCode } from './faults/wire-error.ts';
import { watchCalls } from './watch-calls.ts';

const digits = 16;

/**
 * Checkpoints in S3, one object each: `PREFIX/0000000000000042.json`, so that they list in the order of the
 * log. None ever replaces another (`If-None-Match: *`). Give the bucket Object Lock, and the service only
 * s3:PutObject, s3:GetObject and s3:ListBucket. `url` is s3://BUCKET/PREFIX.
 */
export function openCheckpointBucket(
  url: string,
  options: { endpoint?: string; region?: string; observer?: Observer } = {},
): CheckpointSink {
  const { hostname: bucket, pathname } = new URL(url);
  const prefix = pathname.replace(/^\/|\/$/g, '');
  const endpoint = options.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  const client = new S3Client({
    region: options.region ?? process.env.AWS_REGION ?? 'us-east-1',
    followRegionRedirects: true,
    // Other implementations of S3 have one host name for all buckets.
    ...(endpoint && { endpoint, forcePathStyle: true }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 2000,
      requestTimeout: 5000,
      throwOnRequestTimeout: true,
      socketTimeout: 5000,
    }),
  });
  const s3 = watchCalls(client, options.observer ?? unobserved);
  const start = prefix === '' ? '' : `${prefix}/`;
  const keyOf = (seq: number) => `${start}${String(seq).padStart(digits, '0')}.json`;
  /** The newest checkpoint that this process knows. */
  let known: Checkpoint | null = null;

  /** The seq of the first checkpoint after `seq`; null when there is none. */
  async function nextAfter(seq: number): Promise<number | null> {
    const { Contents } = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: start, StartAfter: keyOf(seq), MaxKeys: 1 }),
    );
    const key = Contents?.[0]?.Key;
    if (key === undefined) return null;
    const found = new RegExp(`^(\\d{${digits}})\\.json$`).exec(key.slice(start.length))?.[1];
    if (found === undefined) throw new Junk(`s3://${bucket}/${key} is not the name of a checkpoint`);
    return Number(found);
  }

  /**
   * S3 lists forward only, so the last is found by bisection: some eighty lists when a process starts, one
   * from then on.
   */
  async function newestSeq(): Promise<number> {
    let low = known?.seq ?? 0;
    let high = Number.MAX_SAFE_INTEGER;
    for (;;) {
      const next = await nextAfter(low);
      if (next === null) return low;
      const middle = Math.floor((next + high) / 2);
      const beyond = await nextAfter(middle);
      if (beyond === null) high = middle;
      low = beyond ?? next;
    }
  }

  async function read(seq: number): Promise<Checkpoint> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(seq) }));
    const read = parseCheckpoint((await Body?.transformToString()) ?? '');
    if (read?.seq !== seq) throw new Junk(`s3://${bucket}/${keyOf(seq)} is not a checkpoint of entry ${seq}`);
    return read;
  }

  return {
    name: `s3://${bucket}/${start}`,
    async latest() {
      try {
        const seq = await newestSeq();
        if (seq !== (known?.seq ?? 0)) known = await read(seq);
        return known;
      } catch (error) {
        if (error instanceof Junk) return { junk: error.message };
        throw error;
      }
    },
    async publish(checkpoint) {
      const Body = JSON.stringify(checkpoint);
      try {
        const put = {
          Bucket: bucket,
          Key: keyOf(checkpoint.seq),
          Body,
          ContentType: 'application/json',
          IfNoneMatch: '*',
        };
        await s3.send(new PutObjectCommand(put));
      } catch (error) {
        // It was put before, by a request whose answer was lost, or by another replica. Then it must be the
        // same.
        if (wireCode(error) !== 'PreconditionFailed') throw error;
        const there = await read(checkpoint.seq);
        if (there.signature !== checkpoint.signature || there.keyId !== checkpoint.keyId)
          throw new Error(`s3://${bucket}/${keyOf(checkpoint.seq)} is another checkpoint`, { cause: error });
      }
      known = checkpoint;
    },
  };
}

/** An object in the bucket that is not a checkpoint. */
class Junk extends Error {}
