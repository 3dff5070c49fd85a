/** An error as the log has it. */
export type SerializedError = {
  type: string;
  message: string;
  stack: string;
  code?: string;
  /** AWS's own ID of the request that failed. */
  awsRequestId?: string;
  causes?: SerializedError[];
};

/**
 * An error for the log, with what it came from. All else that libraries hang on their errors stays out: PostgreSQL's `detail`
 * is the row that it refused, `rawPacket` the bytes of a request with its headers.
 */
export function serializeError(error: unknown, depth = 5): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: typeof error === 'object' ? '' : String(error), stack: '' };
  const { code, $metadata, cause, errors } = error as Error & Record<string, unknown>;
  const beneath = depth > 0 ? [cause, ...(Array.isArray(errors) ? errors : [])].filter((one) => one instanceof Error) : [];
  const awsRequestId = ($metadata as { requestId?: unknown } | undefined)?.requestId;
  return {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack ?? '',
    ...(typeof code === 'string' && { code }),
    ...(typeof awsRequestId === 'string' && { awsRequestId }),
    ...(beneath.length > 0 && { causes: beneath.map((one) => serializeError(one, depth - 1)) }),
  };
}
