import { createRequire } from 'node:module';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createTracer, type Tracer } from './tracer.ts';

/**
 * Starts to trace, and sends the traces by OTLP to the collector that `OTEL_*` name. `warn` is told what could not
 * be sent. `processor` replaces the sending, for tests.
 */
export function startTracing(
  version: string,
  warn: (message: string) => void,
  processor: SpanProcessor = new BatchSpanProcessor(new OTLPTraceExporter()),
): Tracer {
  const quiet = () => {};
  diag.setLogger(
    { error: warn, warn, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const tracer = createTracer(processor, version);
  // Without the values of a query. Background loops and the queue's polling are no part of a trace.
  const pg = new PgInstrumentation({ requireParentSpan: true });
  const undici = new UndiciInstrumentation({
    requireParentforSpans: false,
    // The calls of AWS have their spans, and AWS gets no header of ours.
    ignoreRequestHook: ({ headers }) => headers.toString().includes('AWS4-HMAC-SHA256'),
  });
  for (const one of [pg, undici]) one.setTracerProvider(tracer.provider);
  // It sees modules that are required. The service imports pg, which is the same module, once it is required here.
  const fromHere = createRequire(import.meta.url);
  fromHere('pg');
  createRequire(fromHere.resolve('pg'))('pg-pool');
  return tracer;
}
