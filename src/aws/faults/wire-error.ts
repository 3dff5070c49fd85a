/**
 * A failed call. `code` is AWS's code in the answer, or CredentialsProviderError; `network` is Node's code
 * when no answer came.
 */
export interface WireError {
  code: string | null;
  status: number | null;
  requestId: string | null;
  network: string | null;
  message: string;
}

const readMember = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;
const toText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const toNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/**
 * AWS's code as it was sent. In the Query protocol the SDK's `name` may differ: modelled errors get
 * `Exception` appended. In JSON it is the same, and `__type` or the header shows that AWS sent it.
 */
export const wireCode = (error: unknown): string | null =>
  toText(readMember(error, 'Code')) ?? (isNamedByAws(error) ? toText(readMember(error, 'name')) : null);

const isNamedByAws = (error: unknown): boolean =>
  toText(readMember(error, '__type')) !== null ||
  toText(readMember(readMember(readMember(error, '$response'), 'headers'), 'x-amzn-errortype')) !== null;

/** The SDK's own error when it finds no credentials. Nothing was sent, so there is only the name. */
const ownCode = (error: unknown) =>
  readMember(error, 'name') === 'CredentialsProviderError' ? 'CredentialsProviderError' : null;

/** Reads an error of an SDK client. The SDK's types have neither `Code` nor `code`. */
export const readWireError = (error: unknown): WireError => ({
  code: wireCode(error) ?? ownCode(error),
  status: toNumber(readMember(readMember(error, '$metadata'), 'httpStatusCode')),
  requestId: toText(readMember(readMember(error, '$metadata'), 'requestId')),
  network: toText(readMember(error, 'code')),
  message: toText(readMember(error, 'message')) ?? '',
});
