import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';

/** A request as it arrived. */
export interface Seen {
  method: string;
  /** Without the query. */
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: assertions say what it has to be
  body: any;
}

type Answer = { status?: number; body: object };

/** An HTTP server in the place of Rolewright, or of an issuer. It ends with the tests of the file. */
export async function startServer(
  answer: (seen: Seen) => Answer,
): Promise<{ url: string; seen: Seen[]; reply: (next: typeof answer) => void }> {
  const seen: Seen[] = [];
  let current = answer;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await text(request);
    const { method = '', headers } = request;
    const isJson = headers['content-type'] === 'application/json';
    const one = {
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      body: isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body)),
    };
    seen.push(one);
    const { status = 200, body: given } = current(one);
    const type = status < 400 || 'error' in given ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(given));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    reply: (next) => {
      current = next;
    },
  };
}

/** A problem document. */
export const problem = (status: number, code: string, detail: string, more: object = {}): Answer => ({
  status,
  body: {
    type: 'about:blank',
    title: code,
    status,
    detail,
    code,
    instance: '/x',
    errors: [],
    requestId: 'request-1',
    retryable: false,
    ...more,
  },
});

const finding = { code: 'CLUSTER_NOT_LISTED', severity: 'ERROR', message: 'm', remedy: 'r', pointer: null };
const change = {
  id: 'change-1',
  at: '2026-11-30T12:00:00.000Z',
  kind: 'EXTEND',
  outcome: 'SUCCEEDED',
  clusters: [{ region: 'us-west-2', name: 'a' }],
  actor: { subject: 'token:backstage', issuer: 'rolewright' },
  onBehalfOf: { subject: 'user:default/jane', issuer: 'https://portal.example' },
  reason: 'because',
};

/** The answers of a service with one role, which needs an extension. */
export function roleService({ method, path, query }: Seen): Answer {
  const role = '/v1/accounts/111122223333/execution-roles/pods';
  const roleArn = 'arn:aws:iam::111122223333:role/pods';
  const plan = {
    diff: '+ line',
    steps: [{ action: 'iam:UpdateAssumeRolePolicy', detail: {} }],
    effects: {
      clustersGained: [{ region: 'us-west-2', name: 'a' }],
      clustersLost: [],
      statementsRemoved: [],
    },
  };
  const answers: Record<string, object> = {
    [`GET ${role}`]: {
      roleArn,
      verdict: 'NEEDS_EXTENSION',
      clusters: [
        { region: 'us-west-2', name: 'checkout' },
        { region: '*', name: '*' },
      ],
      findings: [finding],
    },
    [`POST ${role}/check`]: {
      accountId: '111122223333',
      roleName: 'pods',
      verdict: 'COMPLIANT',
      action: 'NONE',
      findings: [],
    },
    'GET /v1/changes': { items: [change], nextCursor: null, previousCursor: null },
    'GET /v1/caller': { operations: ['executionRole', 'extendExecutionRole'] },
    'GET /v1/accounts/111122223333/clusters/us-west-2/checkout/fargate-readiness': {
      verdict: 'READY',
      findings: [],
    },
    [`POST ${role}/extend`]: { plan, change: query.dryRun === 'true' ? null : change, report: {} },
    'POST /v1/accounts/111122223333/execution-roles': {
      plan,
      change: query.dryRun === 'true' ? null : { ...change, kind: 'CREATE' },
      report: {},
    },
  };
  const body = answers[`${method} ${path}`];
  return body ? { body } : problem(404, 'ROLE_NOT_FOUND', `No ${method} ${path}.`);
}
