import t from 'tap';
import { readTracing } from '#src/tracing/wanted.ts';

t.test('traces are wanted where a setting of OpenTelemetry says so', async (t) => {
  const cases: [settings: Record<string, string>, isWanted: boolean, fault?: RegExp][] = [
    [{}, false],
    [{ OTEL_SERVICE_NAME: 'rolewright', OTEL_TRACES_SAMPLER: 'always_on' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, false],
    [{ OTEL_SDK_DISABLED: 'TRUE', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, false],
    [{ OTEL_SDK_DISABLED: 'true', OTEL_TRACES_EXPORTER: 'zipkin' }, false],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, true, /^OTEL_TRACES_EXPORTER must be/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, true, /^OTEL_EXPORTER_OTLP_ENDPOINT must be a URL/],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      true,
      /^OTEL_EXPORTER_OTLP_PROTOCOL must be/,
    ],
  ];
  for (const [settings, isWanted, fault] of cases) {
    const what = JSON.stringify(settings);
    const found = readTracing(settings);
    t.equal(found.isWanted, isWanted, what);
    t.match(found.faults, fault ? [fault] : [], what);
    t.equal(found.faults.length, fault ? 1 : 0, what);
  }
});
