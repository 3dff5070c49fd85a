import { subscribe } from 'node:diagnostics_channel';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import t from 'tap';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import { externalId, hub, seedAws } from '#dev/sandbox/fleet.ts';
import { loadConfig } from '#src/config.ts';
import { startMetrics } from '#src/metrics/metrics.ts';
import { startTracing } from '#src/tracing/start.ts';
import { wire } from '#src/wire.ts';
import { freshDatabase, runSql } from '#test/support/postgres.ts';
import { startReceiver } from '#test/support/receiver.ts';

const accountId = '111122223333';
const role = `/v1/accounts/${accountId}/execution-roles/AmazonEKSFargatePodExecutionRole`;

// The whole service, as main.ts puts it together, but for the sending of the spans.
const exporter = new InMemorySpanExporter();
const tracer = startTracing('9.9.9', t.fail, new SimpleSpanProcessor(exporter));
const aws = await startAwsSandbox();
seedAws(aws.world);
Object.assign(process.env, {
  AWS_ENDPOINT_URL: aws.url,
  AWS_ACCESS_KEY_ID: hub.accessKeyId,
  AWS_SECRET_ACCESS_KEY: hub.secretAccessKey,
  AWS_REGION: 'us-east-1',
});
/** The headers that undici has sent. */
const sent: string[] = [];
subscribe('undici:client:sendHeaders', (message) => sent.push((message as { headers: string }).headers));
const receiver = await startReceiver(t, () => 204);
const { url } = await freshDatabase(t);
const log: Record<string, unknown>[] = [];
const settings = {
  AUTH: 'none',
  DATABASE_URL: url,
  MEMBER_EXTERNAL_ID: externalId,
  WEBHOOK_URL: receiver.url,
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
};
const metrics = await startMetrics({ host: '127.0.0.1', port: 0, trace: tracer.trace });
const { app, close } = await wire(loadConfig(settings), {
  observer: tracer,
  metrics,
  logTo: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
});
t.teardown(async () => {
  await close();
  await tracer.close();
  await aws.close();
});
await app.inject({ method: 'PUT', url: `/v1/accounts/${accountId}`, payload: { name: 'payments' } });

const trace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace}-b7ad6b7169203331-01`;
const spansOf = (traceId: string) =>
  exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
const named = (spans: ReadableSpan[], name: string) => spans.filter((span) => span.name === name);

/** The names from the span up to the root of the trace. */
function pathOf(spans: ReadableSpan[], span: ReadableSpan | undefined): string[] {
  if (!span) return [];
  const parent = spans.find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId);
  return [span.name, ...pathOf(spans, parent)];
}

t.test('an extension is followed by one ID through trace, log and metrics', async (t) => {
  const { statusCode, headers } = await app.inject({
    method: 'POST',
    url: `${role}/extend`,
    payload: { clusters: [{ region: 'us-west-2', name: 'traced' }] },
    headers: { traceparent, 'x-request-id': 'mine' },
  });
  t.equal(statusCode, 200);
  t.match(headers.traceresponse, new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  const spans = spansOf(trace);
  const [request] = named(spans, 'POST /v1/accounts/:accountId/execution-roles/:roleName/extend');
  t.equal(request?.parentSpanContext?.spanId, 'b7ad6b7169203331', 'the trace of the caller goes on');
  t.match(request?.attributes, { 'http.response.status_code': 200, 'rolewright.request_id': 'mine' });
  t.equal(request?.spanContext().spanId, String(headers.traceresponse).split('-')[2]);
  t.match(request?.resource.attributes, { 'service.name': 'rolewright', 'service.version': '9.9.9' });
  const above = ['extendExecutionRole', request?.name];
  for (const name of [
    'iam:GetRole',
    'iam:UpdateAssumeRolePolicy',
    'wait for lock',
    'append to audit log',
    'assume member role',
  ])
    t.same(pathOf(spans, named(spans, name)[0]).slice(-2), above, name);
  t.equal(named(spans, 'append to audit log').length, 2, 'intent and outcome');
  t.ok(
    spans.some(
      ({ name, instrumentationScope }) => /^pg.query/.test(name) && /-pg$/.test(instrumentationScope.name),
    ),
    'queries of PostgreSQL',
  );
  t.ok(
    spans.some((span) => /^pg.query/.test(span.name) && pathOf(spans, span).includes('append to audit log')),
    'those of the append too',
  );

  const lines = log.filter(({ reqId }) => reqId === 'mine');
  t.ok(lines.length > 0);
  for (const line of lines) t.equal(line.traceId, trace, `the log: ${line.msg}`);
  t.match(lines.at(-1), { msg: 'request', status: 200, level: 'info', time: /^\d{4}-\d\d-\d\dT.*Z$/ });
  const scraped = await fetch(metrics.url);
  t.match(scraped.headers.get('content-type'), /^application\/openmetrics-text; version=1\.0\.0/);
  const text = await scraped.text();
  t.match(text, /\n# EOF\n$/);
  const exemplars = text.split('\n').filter((line) => line.includes(`# {trace_id="${trace}"}`));
  for (const [metric, label] of [
    ['operation_duration_seconds', 'operation="extendExecutionRole"'],
    ['aws_call_duration_seconds', 'action="iam:UpdateAssumeRolePolicy"'],
    ['lock_wait_seconds', 'lock="ROLE"'],
    ['audit_append_duration_seconds', ''],
  ] as const)
    t.ok(
      exemplars.some((line) => line.startsWith(`rolewright_${metric}_bucket{`) && line.includes(label)),
      `${metric} names the trace`,
    );
  t.notMatch(JSON.stringify(spans.map(({ attributes }) => attributes)), hub.secretAccessKey);
});

t.test('a sweep goes on in the trace of its request, through the queue', async (t) => {
  const own = trace.replace(/^0a/, '0b');
  const started = await app.inject({
    method: 'POST',
    url: '/v1/sweeps',
    payload: { operation: 'CHECK', select: { accountIds: [accountId] } },
    headers: { traceparent: `00-${own}-b7ad6b7169203331-01` },
  });
  t.equal(started.statusCode, 202);
  // Ends with the sweep.
  await app.inject(`/v1/sweeps/${started.json().id}/events`);
  // The job's own span ends once the results are kept.
  while (named(spansOf(own), 'sweep process').length === 0) await new Promise(setImmediate);
  const spans = spansOf(own);
  t.same(pathOf(spans, named(spans, 'sweep process')[0]).slice(1), ['startSweep', 'POST /v1/sweeps']);
  const [listing] = named(spans, 'iam:GetAccountAuthorizationDetails');
  t.ok(listing, 'AWS is called');
  t.ok(pathOf(spans, listing).includes('sweep process'), 'by the job');
});

t.test('requests that fail, that nobody asked to trace, and that are not traced', async (t) => {
  exporter.reset();
  const bad = await app.inject({ url: '/v1/accounts/12', headers: { traceparent: 'nonsense' } });
  t.equal(bad.statusCode, 400);
  const [, id = ''] = String(bad.headers.traceresponse).split('-');
  const spans = spansOf(id);
  const [request] = named(spans, 'GET /v1/accounts/:accountId');
  t.equal(request?.parentSpanContext, undefined, 'a trace of its own');
  t.equal(request?.status.code, 0, 'a refusal is no failure of the service');
  t.match(named(spans, 'account')[0], { attributes: { 'error.type': 'INVALID_INPUT' }, status: { code: 2 } });
  t.equal(named(spans, 'account')[0]?.status.message, undefined, 'without the words of the error');
  const unknown = await app.inject('/v1/what/ever');
  t.equal(
    named(spansOf(String(unknown.headers.traceresponse).split('-')[1] ?? ''), 'GET no route').length,
    1,
  );
  for (const path of ['/healthz', '/readyz', '/'])
    t.equal((await app.inject(path)).headers.traceresponse, undefined, path);
  const unsampled = await app.inject({
    url: '/v1/accounts',
    headers: { traceparent: traceparent.replace(/01$/, '00') },
  });
  t.match(unsampled.headers.traceresponse, /-00$/);
  t.same(spansOf(trace), [], 'the caller decides whether its trace is kept');
});

t.test('the receiver of the webhook gets the trace of its delivery', async (t) => {
  await runSql(
    url,
    `INSERT INTO verdict_event (id, account_id, role_key, body, attempts, next_attempt_at)
     VALUES ('event-1', '${accountId}', 'role', '{"subject":"${accountId}/role"}', 0, now())`,
  );
  while (receiver.requests.length === 0) await new Promise(setImmediate);
  t.match(receiver.requests[0]?.headers, { traceparent: /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/ });
});

t.test('AWS gets no header of ours', async (t) => {
  t.ok(sent.some((headers) => headers.includes('AWS4-HMAC-SHA256')));
  t.same(
    sent.filter((headers) => headers.includes('AWS4-HMAC-SHA256') && /traceparent/i.test(headers)),
    [],
  );
});
