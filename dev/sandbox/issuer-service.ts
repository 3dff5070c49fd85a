import { tmpdir } from 'node:os';
import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { startIssuer } from './issuer.ts';

// The sandbox's issuer as a process of its own, for docker-compose.yml. For development only: anyone can get
// any token.

const {
  HOST: host = '127.0.0.1',
  PORT = '8082',
  ISSUER_URL: url,
  OIDC_AUDIENCE: audience = 'rolewright',
} = process.env;
const issuer = await startIssuer({
  host,
  port: Number(PORT),
  ...(url && { url }),
  audience,
  keyFile: join(process.env.ISSUER_DIRECTORY ?? tmpdir(), 'rolewright-issuer-key.json'),
});
console.log(`The sandbox's issuer listens on ${host}:${PORT}. Its tokens are those of ${issuer.url}.`);
closeWithGrace({ delay: 5000, logger: console }, () => issuer.close());
