import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { Fault } from '../fault.ts';
import type { Activity, Observer, Trace } from '../ports/observer.ts';

/** An observer that makes a span of each activity. */
export interface Tracer extends Observer {
  trace: () => Trace | null;
  provider: TracerProvider;
  /** Sends what is still to be sent. Rejects where the collector does not take it. */
  close(): Promise<void>;
}

/**
 * Creates the tracer, and makes OpenTelemetry's context that of this process. Sampler, limits and resource are
 * read from `OTEL_*` by the SDK. A request and a job begin a trace, or continue that of their caller. Everything
 * else is traced as a part of one of these, so that loops in the background make no traces.
 */
export function createTracer(processor: SpanProcessor, version: string): Tracer {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'rolewright', 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('rolewright', version);

  return {
    provider,
    note() {},
    trace: currentTrace,
    close: () => provider.shutdown(),
    observe(activity, work) {
      const isRoot = activity.of === 'REQUEST' || activity.of === 'JOB';
      if (!isRoot && !trace.getActiveSpan()) return work();
      const parent =
        isRoot && activity.traceparent !== null
          ? propagation.extract(context.active(), { traceparent: activity.traceparent })
          : context.active();
      const { name, kind = SpanKind.INTERNAL, attributes } = describe(activity);
      return tracer.startActiveSpan(name, { kind, attributes }, parent, async (span) => {
        try {
          const result = await work();
          if (activity.of === 'REQUEST') setStatus(span, activity.statusOf());
          return result;
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          span.setAttribute('error.type', typeOf(activity, error));
          throw error;
        } finally {
          span.end();
        }
      });
    },
  };
}

function currentTrace(): Trace | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  const traceId = trace.getActiveSpan()?.spanContext().traceId;
  return traceId && carrier.traceparent ? { traceId, traceparent: carrier.traceparent } : null;
}

/** Names and attributes by OpenTelemetry's semantic conventions, where there are any. No text of callers. */
function describe(activity: Activity): { name: string; kind?: SpanKind; attributes: Attributes } {
  switch (activity.of) {
    case 'REQUEST': {
      const { method, route, requestId } = activity;
      return {
        name: `${method} ${route}`,
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': method,
          'http.route': route,
          'rolewright.request_id': requestId,
        },
      };
    }
    case 'JOB':
      return {
        name: `${activity.queue} process`,
        kind: SpanKind.CONSUMER,
        attributes: {
          'messaging.system': 'pg-boss',
          'messaging.destination.name': activity.queue,
          'messaging.operation.type': 'process',
        },
      };
    case 'OPERATION': {
      const { operation, via, requestId } = activity;
      return {
        name: operation,
        attributes: { 'rolewright.via': via, 'rolewright.request_id': requestId },
      };
    }
    case 'AWS_CALL': {
      const [service = '', method = ''] = activity.action.split(':');
      return {
        name: activity.action,
        kind: SpanKind.CLIENT,
        attributes: { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': method },
      };
    }
    case 'SESSION':
      return { name: 'assume member role', attributes: { 'rolewright.purpose': activity.purpose } };
    case 'LOCK_WAIT':
      return { name: 'wait for lock', attributes: { 'rolewright.lock': activity.lock } };
    case 'APPEND':
      return { name: 'append to audit log', attributes: {} };
  }
}

/** A refusal of the service is no failure of it. */
function setStatus(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Never the message, which may name what a trace must not hold. */
function typeOf(activity: Activity, error: unknown): string {
  if (activity.of === 'AWS_CALL') return activity.resultOf(error);
  if (error instanceof Fault) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
