import { BlockList } from 'node:net';
import t from 'tap';
import { createAddressReader, parseNetworks } from '#src/http/connection/client-address.ts';

t.test('valid networks', async (t) => {
  for (const good of ['10.0.0.0/8', '10.0.0.1', '10.0.0.0/8,fd00::/8', '::1', '2001:db8::/32,127.0.0.1/32'])
    t.ok(parseNetworks(good), good);
  for (const bad of [
    '',
    '10.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0/8',
    'proxy',
    '10.0.0.0/8,',
    '10.0.0.0/8, ::1',
    '*',
  ])
    t.equal(parseNetworks(bad), null, bad);
});

t.test('the address that counts', async (t) => {
  const addressOf = createAddressReader(parseNetworks('10.0.0.0/8,192.168.1.1,fd00::/8') ?? new BlockList());
  const cases: [what: string, peer: string, headers: Record<string, string | string[]>, address: string][] = [
    ['nothing forwarded', '10.0.0.1', {}, '10.0.0.1'],
    [
      'the word of a stranger does not count',
      '203.0.113.5',
      { 'x-forwarded-for': '198.51.100.1' },
      '203.0.113.5',
    ],
    ['nor in Forwarded', '203.0.113.5', { forwarded: 'for=198.51.100.1' }, '203.0.113.5'],
    ['the word of a proxy does', '10.0.0.1', { 'x-forwarded-for': '198.51.100.1' }, '198.51.100.1'],
    [
      'the nearest that is no proxy',
      '10.0.0.1',
      { 'x-forwarded-for': '1.2.3.4, 198.51.100.1, 10.0.0.2' },
      '198.51.100.1',
    ],
    ['proxies all the way', '10.0.0.1', { 'x-forwarded-for': '192.168.1.1, 10.0.0.2' }, '192.168.1.1'],
    ['with a port', '10.0.0.1', { 'x-forwarded-for': '198.51.100.1:4711' }, '198.51.100.1'],
    ['IPv6', 'fd00::1', { 'x-forwarded-for': '2001:DB8::7' }, '2001:db8::7'],
    ['IPv6 with a port', 'fd00::1', { 'x-forwarded-for': '[2001:db8::7]:80' }, '2001:db8::7'],
    ['IPv4 in IPv6', '::ffff:10.0.0.1', { 'x-forwarded-for': '::ffff:198.51.100.1' }, '198.51.100.1'],
    ['a zone', 'fd00::1%eth0', { 'x-forwarded-for': '198.51.100.1' }, '198.51.100.1'],
    ['several headers', '10.0.0.1', { 'x-forwarded-for': ['1.2.3.4', '198.51.100.1'] }, '198.51.100.1'],
    ['junk ends the walk', '10.0.0.1', { 'x-forwarded-for': '198.51.100.1, junk, 10.0.0.2' }, '10.0.0.2'],
    ['junk alone', '10.0.0.1', { 'x-forwarded-for': ', unknown' }, '10.0.0.1'],
    [
      'Forwarded',
      '10.0.0.1',
      { forwarded: 'For="[2001:db8::7]:47011";proto=https;by=10.0.0.9' },
      '2001:db8::7',
    ],
    [
      'Forwarded of two hops',
      '10.0.0.1',
      { forwarded: 'for=198.51.100.1, for=10.0.0.2;host="a,b\\";for=9.9.9.9"' },
      '198.51.100.1',
    ],
    ['a hidden hop', '10.0.0.1', { forwarded: 'for=198.51.100.1, for=_secret, for=10.0.0.2' }, '10.0.0.2'],
    ['an element without for', '10.0.0.1', { forwarded: 'for=198.51.100.1, proto=http' }, '10.0.0.1'],
    [
      'both agree',
      '10.0.0.1',
      { forwarded: 'for=198.51.100.1', 'x-forwarded-for': '198.51.100.1' },
      '198.51.100.1',
    ],
    [
      'both differ: one is the client’s own',
      '10.0.0.1',
      { forwarded: 'for=1.1.1.1', 'x-forwarded-for': '198.51.100.1' },
      '10.0.0.1',
    ],
    ['no socket any more', '', { 'x-forwarded-for': '198.51.100.1' }, ''],
  ];
  for (const [what, remoteAddress, headers, address] of cases)
    t.equal(addressOf({ socket: { remoteAddress }, headers }), address, what);
});
