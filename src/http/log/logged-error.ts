/** An error as it is logged. */
export type SerializedError = {
  type: string;
  message: string;
  stack: string;
  code?: string;
  /** PostgreSQL's code of an error that Prisma reports under a code of its own. */
  databaseCode?: string;
  /** AWS's ID of the failed request. */
  awsRequestId?: string;
  causes?: SerializedError[];
};

/** The part of a Prisma error that holds the error of the driver adapter. */
interface PrismaMeta {
  driverAdapterError?: { cause?: { originalCode?: unknown } };
}

/**
 * Converts an error and its causes for the log. Other members that libraries add are left out: PostgreSQL's
 * `detail` is the refused row, and `rawPacket` is the bytes of a request with its headers.
 */
export function serializeError(error: unknown, depth = 5): SerializedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: typeof error === 'object' ? '' : String(error), stack: '' };
  const { code, $metadata, cause, errors, meta } = error as Error & Record<string, unknown>;
  const beneath =
    depth > 0 ? [cause, ...(Array.isArray(errors) ? errors : [])].filter((one) => one instanceof Error) : [];
  const awsRequestId = ($metadata as { requestId?: unknown } | undefined)?.requestId;
  const databaseCode = (meta as PrismaMeta | undefined)?.driverAdapterError?.cause?.originalCode;
  return {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack ?? '',
    ...(typeof code === 'string' && { code }),
    ...(typeof databaseCode === 'string' && { databaseCode }),
    ...(typeof awsRequestId === 'string' && { awsRequestId }),
    ...(beneath.length > 0 && { causes: beneath.map((one) => serializeError(one, depth - 1)) }),
  };
}
