import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Account } from '#src/schema/account.ts';
import type { Caller } from '#src/schema/caller.ts';

// A server whose answers a test scripts, in the formats of IAM and STS. For faults that no emulator produces.

export type Reply = { status: number; xml: string } | 'HANG' | 'HANG_IN_BODY' | 'RESET';
export interface ScriptedCall {
  action: string;
  params: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The client's port: one for each connection. */
  port: number | undefined;
}

export interface ScriptedAws {
  url: string;
  calls: ScriptedCall[];
  count(action: string): number;
  close(): Promise<void>;
}

const ok = (action: string, result: string): Reply => ({
  status: 200,
  xml: `<${action}Response><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>req-${action}</RequestId></ResponseMetadata></${action}Response>`,
});

export const refusal = (status: number, code: string, message = ''): Reply => ({
  status,
  xml: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>req-refused</RequestId></ErrorResponse>`,
});

export const assumed = (options: { arn?: string; expiresAt?: Date; token?: string } = {}): Reply => {
  const {
    arn = 'arn:aws:sts::111122223333:assumed-role/RolewrightMember/s',
    expiresAt = new Date(Date.now() + 3_600_000),
    token = 't',
  } = options;
  return ok(
    'AssumeRole',
    `<Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>${token}</SessionToken><Expiration>${expiresAt.toISOString()}</Expiration></Credentials><AssumedRoleUser><Arn>${arn}</Arn><AssumedRoleId>AROA1:s</AssumedRoleId></AssumedRoleUser>`,
  );
};

/** The answers of a healthy account. `trust` is sent unchanged. */
export const healthy = ({ action, params }: ScriptedCall, trust = '%7B%7D'): Reply => {
  const name = params.get('RoleName');
  if (action === 'AssumeRole') return assumed();
  if (action === 'GetRole') {
    return ok(
      action,
      `<Role><Path>/</Path><RoleName>${name}</RoleName><RoleId>AROA2</RoleId><Arn>arn:aws:iam::111122223333:role/${name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument></Role>`,
    );
  }
  if (action === 'ListAttachedRolePolicies')
    return ok(action, '<IsTruncated>false</IsTruncated><AttachedPolicies/>');
  if (action === 'ListRolePolicies') return ok(action, '<IsTruncated>false</IsTruncated><PolicyNames/>');
  if (action === 'GetAccountSummary') {
    const entries = { AssumeRolePolicySizeQuota: 4096, AttachedPoliciesPerRoleQuota: 20 };
    const xml = Object.entries(entries).map(
      ([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`,
    );
    return ok(action, `<SummaryMap>${xml.join('')}</SummaryMap>`);
  }
  return ok(action, '');
};

export const startScriptedAws = async (
  answer: (call: ScriptedCall) => Reply | Promise<Reply>,
  { keepAlive = true } = {},
): Promise<ScriptedAws> => {
  const calls: ScriptedCall[] = [];
  const server = createServer(async (request, response) => {
    const params = new URLSearchParams(await text(request));
    const call = {
      action: params.get('Action') ?? '',
      params,
      headers: request.headers,
      port: request.socket.remotePort,
    };
    calls.push(call);
    if (!keepAlive) response.shouldKeepAlive = false;
    const reply = await answer(call);
    if (reply === 'HANG') return;
    if (reply === 'RESET') return request.socket.resetAndDestroy();
    if (reply === 'HANG_IN_BODY') return response.writeHead(200, { 'content-type': 'text/xml' }).write('<');
    // The SDK reads the request ID only from the header.
    const requestId = /<RequestId>(.*)<\/RequestId>/.exec(reply.xml)?.[1];
    response
      .writeHead(reply.status, {
        'content-type': 'text/xml',
        ...(requestId && { 'x-amzn-requestid': requestId }),
      })
      .end(reply.xml);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('the scripted server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    count: (action) => calls.filter((call) => call.action === action).length,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

export const accountOf = (overrides: Partial<Account> = {}): Account => {
  const { accountId = '111122223333', partition = 'aws' } = overrides;
  return {
    accountId,
    name: 'test',
    partition,
    memberRoleArn: `arn:${partition}:iam::${accountId}:role/RolewrightMember`,
    externalId: null,
    labels: {},
    status: 'ACTIVE',
    createdAt: '2026-11-23T12:00:00.000Z',
    updatedAt: '2026-11-23T12:00:00.000Z',
    ...overrides,
  };
};

export const callerOf = (subject = 'anonymous'): Caller => ({
  actor: { subject, issuer: null },
  groups: ['rolewright-administrators'],
  scope: null,
  via: 'REST',
  requestId: 'req-1',
});

/** The service's own credentials, as a deployment has them in its environment. */
export const useOwnCredentials = () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIAHUB0000000000000';
  process.env.AWS_SECRET_ACCESS_KEY = 'hub-secret';
  process.env.AWS_EC2_METADATA_DISABLED = 'true';
};
