/**
 * The bare minimum that a good engineer would write for this one question: undici, a signature written by
 * hand, regular expressions. No retries, no checks, no kinds of faults. Arguments: CONCURRENCY ACCOUNTS URL.
 * Prints the milliseconds that it took.
 */
import { createHash, createHmac } from 'node:crypto';
import { Agent } from 'undici';
import { hub, inTurn, member } from '../support/fleet.ts';

const [concurrency = 64, accounts = 100] = process.argv.slice(2, 4).map(Number);
const { origin, host } = new URL(process.argv[4] ?? '');
const agent = new Agent({ connections: 512 });
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  token?: string;
}

// A signing key is valid for all requests of one secret on one day.
const signingKeys = new Map<string, Buffer>();
function signingKey(secret: string, day: string, service: string): Buffer {
  const known = signingKeys.get(secret + day + service);
  if (known) return known;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), 'us-east-1'), service), 'aws4_request');
  signingKeys.set(secret + day + service, key);
  return key;
}

async function call(
  service: string,
  { accessKeyId, secretAccessKey, token }: Keys,
  parameters: Record<string, string>,
): Promise<string> {
  const body = new URLSearchParams(parameters).toString();
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const names = `content-type;host;x-amz-date${token ? ';x-amz-security-token' : ''}`;
  const tokenLine = token ? `x-amz-security-token:${token}\n` : '';
  const canonical = `POST\n/\n\ncontent-type:application/x-www-form-urlencoded\nhost:${host}\nx-amz-date:${time}\n${tokenLine}\n${names}\n${sha256(body)}`;
  const scope = `${day}/us-east-1/${service}/aws4_request`;
  const key = signingKey(secretAccessKey, day, service);
  const signature = createHmac('sha256', key)
    .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`)
    .digest('hex');
  const answer = await agent.request({
    origin,
    path: '/',
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-amz-date': time,
      ...(token && { 'x-amz-security-token': token }),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    },
  });
  const xml = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(xml);
  return xml;
}

const one = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

async function check(accountId: string): Promise<boolean> {
  const session = await call('sts', hub, {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: `arn:aws:iam::${accountId}:role/${member.name}`,
    RoleSessionName: 'peer',
    ExternalId: member.externalId,
    DurationSeconds: '3600',
  });
  const keys = {
    accessKeyId: one(session, 'AccessKeyId'),
    secretAccessKey: one(session, 'SecretAccessKey'),
    token: one(session, 'SessionToken'),
  };
  const page = await call('iam', keys, {
    Action: 'GetAccountAuthorizationDetails',
    Version: '2010-05-08',
    'Filter.member.1': 'Role',
    MaxItems: '1000',
  });
  for (const [, text = ''] of page.matchAll(/<AssumeRolePolicyDocument>([^<]*)</g)) {
    const policy = JSON.parse(decodeURIComponent(text)) as {
      Statement: { Principal: { Service?: string }; Condition: Record<string, Record<string, unknown>> }[];
    };
    for (const { Principal, Condition } of policy.Statement)
      if (Principal.Service === 'eks-fargate-pods.amazonaws.com' && Condition.ArnLike?.['aws:SourceArn'])
        return true;
  }
  return false;
}

const { ms, found } = await inTurn(concurrency, accounts, async (accountId) =>
  Number(await check(accountId)),
);
if (found !== accounts) throw new Error(`${found} of ${accounts} accounts were found in order`);
console.log(JSON.stringify({ ms }));
await agent.destroy();
