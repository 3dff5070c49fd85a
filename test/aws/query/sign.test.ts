import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import t from 'tap';
import { hmac, sign } from '#src/aws/query/sign.ts';

class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }
  update(data: Uint8Array | string) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
  reset() {}
}

t.test("HMAC is Node's", async () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      (key, text) => createHmac('sha256', key).update(text).digest().equals(hmac(key, text)),
    ),
  );
});

t.test("the signature is the one that the SDK's signer makes of the same request", async () => {
  const secret = fc.string({ minLength: 1, maxLength: 80 });
  const token = fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,900}$/), { nil: undefined });
  const body = fc.string({ unit: 'grapheme', maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(
      secret,
      token,
      body,
      fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
      fc.constantFrom('iam.amazonaws.com', '127.0.0.1:8080'),
      async (secretAccessKey, sessionToken, text, now, host) => {
        const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken };
        const place = { region: 'us-east-1', service: 'iam' };
        const { authorization, ...headers } = sign(credentials, place, host, text, now);
        const signer = new SignatureV4({ ...place, credentials, sha256: Sha256, applyChecksum: false });
        const theirs = await signer.sign(
          { method: 'POST', protocol: 'http:', hostname: host, path: '/', headers, body: text },
          { signingDate: now },
        );
        return theirs.headers.authorization === authorization;
      },
    ),
    { numRuns: 300 },
  );
});
