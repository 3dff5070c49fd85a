import { existsSync, writeFileSync } from 'node:fs';
import { createSigningKey, parseSigningKey } from '../audit/checkpoint.ts';

// `npm run audit:key [FILE]` creates the key that signs checkpoints, for AUDIT_SIGNING_KEY. FILE is the
// private key, and only its owner can read it. FILE.pub is the public key, for verification. It never
// replaces a file.

const path = process.argv[2] ?? 'audit-key.pem';
const taken = [path, `${path}.pub`].filter((one) => existsSync(one));
if (taken.length > 0) {
  console.error(`${taken.join(' and ')} is there already, and a key is never replaced.`);
  process.exitCode = 1;
} else {
  const { privateKey, publicKey } = createSigningKey();
  writeFileSync(path, privateKey, { mode: 0o600, flag: 'wx' });
  writeFileSync(`${path}.pub`, publicKey, { flag: 'wx' });
  console.log(`${path}: the private key; set AUDIT_SIGNING_KEY to this path, and let nobody else read it.`);
  console.log(
    `${path}.pub: the public key ${parseSigningKey(privateKey).keyId}; give it to whoever verifies.`,
  );
}
