/**
 * Does the environment ask for traces, by the standard settings of OpenTelemetry? Answers what is wrong with
 * these. Without a wish nothing of OpenTelemetry is loaded.
 */
export function readTracing(env: Record<string, string | undefined>): {
  isWanted: boolean;
  faults: string[];
} {
  const { OTEL_TRACES_EXPORTER: exporter = '', OTEL_SDK_DISABLED: isDisabled = '' } = env;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (isDisabled.toLowerCase() === 'true' || exporter === 'none' || !(exporter || endpoint))
    return { isWanted: false, faults: [] };
  const faults = [
    ...(exporter === '' || exporter === 'otlp' ? [] : ['OTEL_TRACES_EXPORTER must be otlp or none.']),
    ...(protocol && protocol !== 'http/protobuf'
      ? ['OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf: the port of the collector is usually 4318.']
      : []),
    ...(endpoint && !URL.canParse(endpoint)
      ? ['OTEL_EXPORTER_OTLP_ENDPOINT must be a URL such as http://collector:4318.']
      : []),
  ];
  return { isWanted: true, faults };
}
