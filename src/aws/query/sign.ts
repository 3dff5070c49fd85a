import { hash } from 'node:crypto';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/** The Region and service that a signature is valid for. */
export interface SigningScope {
  region: string;
  service: string;
}

const algorithm = 'AWS4-HMAC-SHA256';
const blockLength = 64;
const digestLength = 32;

/**
 * HMAC-SHA-256 (RFC 2104). Node's `createHmac` takes four times as long, since it creates a KeyObject for
 * each key.
 */
export function hmac(key: Uint8Array, text: string): Buffer {
  const short = key.length > blockLength ? hash('sha256', key, 'buffer') : key;
  const outer = Buffer.alloc(blockLength + digestLength, 0x5c);
  const inner = Buffer.alloc(blockLength + Buffer.byteLength(text), 0x36);
  for (let i = 0; i < short.length; i += 1) {
    const byte = short[i] as number;
    outer[i] = byte ^ 0x5c;
    inner[i] = byte ^ 0x36;
  }
  inner.write(text, blockLength);
  hash('sha256', inner, 'buffer').copy(outer, blockLength);
  return hash('sha256', outer, 'buffer');
}

/** The last signing key of each credentials. It is valid for a day. */
const keys = new WeakMap<Credentials, { scope: string; key: Buffer }>();

function keyOf(credentials: Credentials, scope: string): Buffer {
  const known = keys.get(credentials);
  if (known?.scope === scope) return known.key;
  const key = scope.split('/').reduce(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`));
  keys.set(credentials, { scope, key });
  return key;
}

/**
 * Answers the headers of a signed POST to `/` (Signature Version 4, IAM User Guide, "Create a signed AWS API
 * request"). `host` is the Host header: with the port, unless it is the default port.
 */
export function sign(
  credentials: Credentials,
  place: SigningScope,
  host: string,
  body: string,
  now: Date,
): Record<string, string> {
  const { accessKeyId, sessionToken } = credentials;
  const time = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const day = time.slice(0, 8);
  const token: Record<string, string> =
    sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken };
  const [type, tokenName, tokenLine] = [
    'application/x-www-form-urlencoded',
    sessionToken === undefined ? '' : ';x-amz-security-token',
    sessionToken === undefined ? '' : `x-amz-security-token:${sessionToken.trim()}\n`,
  ];
  // In alphabetical order.
  const names = `content-type;host;x-amz-date${tokenName}`;
  const lines = `content-type:${type}\nhost:${host.trim()}\nx-amz-date:${time}\n${tokenLine}`;
  const request = `POST\n/\n\n${lines}\n${names}\n${hash('sha256', body)}`;
  const scope = `${day}/${place.region}/${place.service}/aws4_request`;
  const key = keyOf(credentials, scope);
  const signature = hmac(key, `${algorithm}\n${time}\n${scope}\n${hash('sha256', request)}`).toString('hex');
  return {
    'content-type': type,
    host,
    'x-amz-date': time,
    ...token,
    authorization: `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
