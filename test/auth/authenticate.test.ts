import { createHmac, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { crc32 } from 'node:zlib';
import { UnsecuredJWT } from 'jose';
import t from 'tap';
import { createAuthentication } from '#src/auth/authenticate.ts';
import { createIssuerKeys } from '#src/auth/issuer.ts';
import { mintServiceToken } from '#src/auth/service-token.ts';
import type { ServiceTokenRecord } from '#src/ports/tokens.ts';
import { audience, makeKey, startTestIssuer } from '#test/support/issuer.ts';
import { clusters, type Parts, roleName, startService } from '#test/support/service.ts';

// Credentials as an attacker would make them, against the whole service and an issuer that answers over HTTP.
// Each is refused in the same words, and only the log has the reason.

const [rsa, ec, foreign] = [await makeKey('rsa', 'RS256'), await makeKey('ec'), await makeKey('ec')];
const issuer = await startTestIssuer(t, rsa, ec, await makeKey('ec-2'));
const rules = { issuer: issuer.url, audience, groupsClaim: 'groups', clockSkewSeconds: 60 };
let parts = {} as Parts;
const service = await startService(t, {
  authenticate: (real) => {
    parts = real;
    const deps = { tokens: real.serviceTokens, now: real.now, inFlight: real.inFlight };
    return createAuthentication(rules, createIssuerKeys({ issuer: issuer.url, cooldownMs: 0 }), deps);
  },
});
const { serviceTokens: tokens, inFlight } = parts;
const { app, log } = service;
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as AddressInfo;

const now = Math.floor(Date.now() / 1000);
const good = await issuer.token(ec);
const [head = '', body = '', signature = ''] = good.split('.');
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Answer {
  status: number;
  /** Without the date, the request's ID, and lengths. */
  headers: string[];
  body: string;
}

/** The places that accept a credential: REST, GraphQL, and the handshake of a subscription's connection. */
const query = JSON.stringify({ query: '{ accounts { edges { node { name } } } }' });
const doors = {
  REST: { top: 'GET /v1/accounts', lines: ['content-type: application/json'], body: '' },
  GraphQL: {
    top: 'POST /graphql',
    lines: ['content-type: application/json', `content-length: ${query.length}`],
    body: query,
  },
  WebSocket: {
    top: 'GET /graphql',
    lines: [
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol: graphql-transport-ws',
    ],
    body: '',
  },
};
type Door = keyof typeof doors;

/** Sends these lines unchanged. Client libraries refuse two headers of one name. */
async function send(lines: string[], { top: line, lines: usual, body } = doors.REST): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk));
  // The server closes the connection of a client that sends more than it reads, after the answer.
  socket.on('error', () => {});
  socket.write([`${line} HTTP/1.1`, 'host: rolewright.example', ...usual, ...lines, '', body].join('\r\n'));
  while (!/^HTTP\/1.1 101 .*\r\n\r\n|\r\n\r\n.*\}$/s.test(text)) await once(socket, 'data');
  socket.destroy();
  const [top = '', answer = ''] = text.split('\r\n\r\n');
  const headers = top
    .split('\r\n')
    .slice(1)
    .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()));
  return {
    status: Number(top.split(' ')[1]),
    headers: headers
      .filter((line) => !/^(date|x-request-id|content-length|connection|keep-alive):/.test(line))
      .sort(),
    body: answer.replace(/"(requestId|instance)":"[^"]*"/g, '"$1":"…"'),
  };
}

/** Stores a service token with these differences, without the operation. */
async function serviceToken(differences: Partial<ServiceTokenRecord> = {}) {
  const { id, token, secretHash } = mintServiceToken();
  const record = {
    id,
    name: `t-${id}`,
    secretHash,
    groups: ['rolewright-operators'],
    scope: { operations: null, accountIds: null },
    createdBy: { subject: 'alice', issuer: issuer.url },
    createdAt: new Date(),
    expiresAt: new Date(Date.now() + 60_000),
    ...differences,
  };
  await tokens.add(record);
  return { id, token, name: record.name };
}
const revoked = await serviceToken();
await tokens.revoke(revoked.id, { subject: 'alice', issuer: null }, new Date());
const expired = await serviceToken({ expiresAt: new Date(Date.now() - 1) });
const live = await serviceToken();

/** The public key as the secret of an HMAC. */
function confused(secret: string): string {
  const text = `${encoded({ alg: 'HS256', kid: 'rsa', typ: 'JWT' })}.${body}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
const publicKey = createPublicKey({ key: rsa.publicJwk as Record<string, string>, format: 'jwk' });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const withoutKid = { kid: undefined };

const attacks: [what: string, authorization: string[], reason: RegExp][] = [
  ['nothing', [], /no Authorization header/],
  ['an empty header', [''], /not a bearer token/],
  ['a scheme alone', ['Bearer'], /not a bearer token/],
  ['another scheme', [`Basic ${Buffer.from('admin:admin').toString('base64')}`], /not a bearer token/],
  ['a good token under another scheme', [`DPoP ${good}`], /not a bearer token/],
  ['two headers, both good', [`Bearer ${good}`, `Bearer ${good}`], /more than one/],
  ['two headers, the first good', [`Bearer ${good}`, 'Bearer x'], /more than one/],
  ['two tokens in one header', [`Bearer ${good}, Bearer ${good}`], /not a bearer token/],
  [
    'no signature',
    [`Bearer ${new UnsecuredJWT({ sub: 'alice', iss: issuer.url, aud: audience, exp: now + 60 }).encode()}`],
    /ERR_JOSE_ALG_NOT_ALLOWED/,
  ],
  [
    'alg none with the signature of another',
    [`Bearer ${encoded({ alg: 'none', kid: 'ec' })}.${body}.${signature}`],
    /ERR_JOSE_ALG_NOT_ALLOWED/,
  ],
  ['alg nOnE', [`Bearer ${encoded({ alg: 'nOnE' })}.${body}.`], /ERR_JOSE_ALG_NOT_ALLOWED/],
  ['the public key in PEM as an HMAC secret', [`Bearer ${confused(pem)}`], /ERR_JOSE_ALG_NOT_ALLOWED/],
  [
    'the public key as JWK as an HMAC secret',
    [`Bearer ${confused(JSON.stringify(rsa.publicJwk))}`],
    /ERR_JOSE_ALG_NOT_ALLOWED/,
  ],
  [
    'another algorithm than the key is for',
    [`Bearer ${encoded({ alg: 'PS256', kid: 'rsa' })}.${body}.${signature}`],
    /ERR_JWKS_NO_MATCHING_KEY/,
  ],
  [
    'another issuer',
    [`Bearer ${await issuer.token(ec, { iss: 'https://evil.example' })}`],
    /ERR_JWT_CLAIM_VALIDATION_FAILED iss/,
  ],
  [
    'the issuer with a slash more',
    [`Bearer ${await issuer.token(ec, { iss: `${issuer.url}/` })}`],
    /VALIDATION_FAILED iss/,
  ],
  ['no issuer', [`Bearer ${await issuer.token(ec, { iss: undefined })}`], /VALIDATION_FAILED iss/],
  ['another audience', [`Bearer ${await issuer.token(ec, { aud: 'api://other' })}`], /VALIDATION_FAILED aud/],
  ['no audience', [`Bearer ${await issuer.token(ec, { aud: undefined })}`], /VALIDATION_FAILED aud/],
  ['one that has expired', [`Bearer ${await issuer.token(ec, { exp: now - 70 })}`], /ERR_JWT_EXPIRED exp/],
  ['one without an end', [`Bearer ${await issuer.token(ec, { exp: undefined })}`], /VALIDATION_FAILED exp/],
  [
    'one that is not good yet',
    [`Bearer ${await issuer.token(ec, { nbf: now + 120 })}`],
    /VALIDATION_FAILED nbf/,
  ],
  [
    'an unknown kid',
    [`Bearer ${await issuer.token(foreign, {}, { kid: 'unknown' })}`],
    /ERR_JWKS_NO_MATCHING_KEY/,
  ],
  [
    'a known kid, signed with another key',
    [`Bearer ${await issuer.token(foreign)}`],
    /ERR_JWS_SIGNATURE_VERIFICATION_FAILED/,
  ],
  [
    'no kid where there are two keys',
    [`Bearer ${await issuer.token(ec, {}, withoutKid)}`],
    /ERR_JWKS_MULTIPLE_MATCHING_KEYS/,
  ],
  [
    'its own key in the header',
    [`Bearer ${await issuer.token(foreign, {}, { jwk: foreign.publicJwk })}`],
    /SIGNATURE_VERIFICATION_FAILED/,
  ],
  [
    'the address of its own keys',
    [`Bearer ${await issuer.token(foreign, {}, { jku: `${issuer.url}/evil`, x5u: `${issuer.url}/evil` })}`],
    /SIGNATURE/,
  ],
  [
    'a kid that is a path',
    [`Bearer ${await issuer.token(foreign, {}, { kid: '../../../../dev/null' })}`],
    /NO_MATCHING_KEY/,
  ],
  [
    'an extension that has to be understood',
    [`Bearer ${encoded({ alg: 'ES256', kid: 'ec', crit: ['x'], x: 1 })}.${body}.${signature}`],
    /ERR_JOSE_NOT_SUPPORTED/,
  ],
  ['no subject', [`Bearer ${await issuer.token(ec, { sub: undefined })}`], /VALIDATION_FAILED sub/],
  ['an empty subject', [`Bearer ${await issuer.token(ec, { sub: '' })}`], /the claim sub must be/],
  [
    'a subject that reads as another',
    [`Bearer ${await issuer.token(ec, { sub: 'alice\u202e' })}`],
    /the claim sub must be/,
  ],
  [
    'a group that reads as another',
    [`Bearer ${await issuer.token(ec, { groups: ['rolewright-viewers\u200b'] })}`],
    /the claim groups must be a list/,
  ],
  [
    'a subject of two lines',
    [`Bearer ${await issuer.token(ec, { sub: 'alice\nbob' })}`],
    /the claim sub must be/,
  ],
  [
    'groups that are none',
    [`Bearer ${await issuer.token(ec, { groups: { administrators: true } })}`],
    /groups must be a list/,
  ],
  [
    'a changed body',
    [
      `Bearer ${head}.${encoded({ sub: 'root', iss: issuer.url, aud: audience, exp: now + 60 })}.${signature}`,
    ],
    /SIGNATURE/,
  ],
  ['cut off', [`Bearer ${good.slice(0, -10)}`], /SIGNATURE|ERR_JWS_INVALID/],
  ['two parts of three', [`Bearer ${head}.${body}`], /ERR_JWS_INVALID/],
  [
    'five parts, as of an encrypted one',
    [`Bearer ${head}.${body}.${body}.${body}.${signature}`],
    /ERR_JWS_INVALID/,
  ],
  ['no token at all', ['Bearer x'], /ERR_JWS_INVALID/],
  ['10 KB', [`Bearer ${'x'.repeat(10_000)}`], /credential is too long/],
  ['1 MB', [`Bearer ${'x'.repeat(1_000_000)}`], /invalid HTTP/],
  [
    'a service token that is revoked',
    [`Bearer ${revoked.token}`],
    /^service token t-[0-9a-f]{16} is revoked$/,
  ],
  [
    'a service token that has expired',
    [`Bearer ${expired.token}`],
    /^service token t-[0-9a-f]{16} has expired$/,
  ],
  ['a service token that nobody made', [`Bearer ${mintServiceToken().token}`], /unknown service token/],
  ['the ID of one, with the secret of another', [`Bearer ${withIdOf(live.token)}`], /unknown service token/],
  [
    'a mangled service token',
    [`Bearer ${live.token.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}`],
    /not a service token/,
  ],
  ['half a service token', [`Bearer ${live.token.slice(0, 60)}`], /not a service token/],
  ['a service token in capitals', [`Bearer ${live.token.toUpperCase()}`], /ERR_JWS_INVALID/],
  ['a service token and more', [`Bearer ${live.token}.${body}`], /not a service token/],
];

/** A well-formed token of that ID. */
function withIdOf(token: string): string {
  const text = `rwt_${token.slice(4, 20)}_${mintServiceToken().token.slice(21, 85)}`;
  return text + crc32(text).toString(16).padStart(8, '0');
}

const shapes = {
  REST: await send([]),
  GraphQL: await send([], doors.GraphQL),
  WebSocket: await send(['Authorization: '], doors.WebSocket),
};

for (const door of Object.keys(doors) as Door[])
  t.test(`every attack on ${door} is refused in the same words, and the log alone says why`, async (t) => {
    const shape = shapes[door];
    t.match(shape, { status: 401, body: /"code":"UNAUTHENTICATED"/ });
    t.ok(shape.headers.includes('www-authenticate: Bearer'));
    for (const [what, values, reason] of attacks) {
      // A handshake without a credential is accepted: its first message must have one. See
      // test/http/graphql/subscriptions.test.ts.
      if (door === 'WebSocket' && values.length === 0) continue;
      log.length = 0;
      // A header that is too long is answered before there is a request, so before its interface is known.
      const expected = reason.test('a connection sent invalid HTTP') ? shapes.REST : shape;
      t.same(
        await send(
          values.map((value) => `Authorization: ${value}`),
          doors[door],
        ),
        expected,
        what,
      );
      t.match(
        log.map(({ reason, msg }) => String(reason ?? msg)).filter((text) => text !== 'request'),
        [reason],
        `${what}: the reason`,
      );
      t.notOk(
        values.some((value) => value.length > 20 && JSON.stringify(log).includes(value.slice(7, 60))),
        `${what}: it is not in the log`,
      );
    }
    t.notOk(issuer.asked.includes('/evil'), 'no URL named by a token was fetched');
  });

t.test('a token is read from one place only', async (t) => {
  for (const path of [`/v1/accounts?access_token=${good}`, `/v1/accounts?token=${live.token}`])
    t.match(
      await send(
        [`Cookie: access_token=${good}; Authorization=Bearer ${good}`, `X-Authorization: Bearer ${good}`],
        {
          ...doors.REST,
          top: `GET ${path}`,
        },
      ),
      { status: 401 },
    );
});

t.test('accepted credentials identify their caller', async (t) => {
  for (const [what, authorization, actor] of [
    ['an access token', `Bearer ${good}`, { actor: 'alice', issuer: issuer.url }],
    ['the scheme in small letters', `bearer ${good}`, { actor: 'alice' }],
    ['RSA', `Bearer ${await issuer.token(rsa, { aud: ['api://other', audience] })}`, { actor: 'alice' }],
    [
      'no kid, where one key alone is of the kind',
      `Bearer ${await issuer.token(rsa, {}, withoutKid)}`,
      { actor: 'alice' },
    ],
    ['a clock that is late', `Bearer ${await issuer.token(ec, { exp: now - 30 })}`, { actor: 'alice' }],
    ['a clock that is early', `Bearer ${await issuer.token(ec, { nbf: now + 30 })}`, { actor: 'alice' }],
    ['a service token', `Bearer ${live.token}`, { actor: `token:${live.name}`, issuer: 'rolewright' }],
  ] as const) {
    log.length = 0;
    t.match(await send([`Authorization: ${authorization}`]), { status: 200 }, what);
    t.match(
      log.find(({ msg }) => msg === 'request'),
      actor,
      `${what}: the request's log line`,
    );
  }
});

t.test(
  'after a key rotation tokens of the old key are refused on every interface, those of the new key accepted',
  async (t) => {
    const [old, fresh] = [await makeKey('old'), await makeKey('fresh')];
    const published = issuer.keys;
    t.teardown(() => {
      issuer.keys = published;
    });
    const knock = async (token: string) =>
      Promise.all(
        (Object.keys(doors) as Door[]).map(
          async (door) => [door, await send([`Authorization: Bearer ${token}`], doors[door])] as const,
        ),
      );
    const letIn = { REST: 200, GraphQL: 200, WebSocket: 101 };
    const [byOld, byFresh] = [await issuer.token(old), await issuer.token(fresh)];
    issuer.keys = [...published, old.publicJwk];
    for (const [door, answer] of await knock(byOld))
      t.equal(answer.status, letIn[door], `${door}: before the rotation`);
    for (const [door, answer] of await knock(byFresh))
      t.same(answer, shapes[door], `${door}: a key that is not there yet`);
    issuer.keys = [...published, fresh.publicJwk];
    for (const [door, answer] of await knock(byFresh))
      t.equal(answer.status, letIn[door], `${door}: the new key`);
    for (const [door, answer] of await knock(byOld)) t.same(answer, shapes[door], `${door}: the old key`);
  },
);

t.test('a change carries its caller’s name, also in AWS', async (t) => {
  const x = await service.account();
  x.seed(['a']);
  for (const [token, actor] of [
    [good, { subject: 'alice', issuer: issuer.url }],
    [live.token, { subject: `token:${live.name}`, issuer: 'rolewright' }],
  ] as const) {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await service.rest(
      'POST',
      `${x.role}/extend`,
      { clusters: clusters(`b-${actor.subject.length}`) },
      headers,
    );
    t.match(answer.json.change, { actor, sessionName: /^rolewright-(alice|token)/ });
    const { json } = await service.rest('GET', `/v1/changes?actor=${actor.subject}`, undefined, headers);
    t.match(json.items, [{ actor, roleName }]);
  }
});

t.test('a revocation takes effect with the next request', async (t) => {
  const { id, token } = await serviceToken();
  t.match(await send([`Authorization: Bearer ${token}`]), { status: 200 });
  await Promise.all(inFlight);
  const answer = await service.rest('DELETE', `/v1/service-tokens/${id}`, undefined, {
    authorization: `Bearer ${good}`,
  });
  t.match(answer, { status: 200, json: { revokedBy: { subject: 'alice' }, lastUsedAt: /Z$/ } });
  t.match(await send([`Authorization: Bearer ${token}`]), { status: 401 });
});
