import { BlockList, isIP } from 'node:net';

/** The part of a request that says where it came from. */
interface Arrival {
  socket: { remoteAddress?: string | undefined };
  headers: Record<string, string | string[] | undefined>;
}

/**
 * Parses a list of networks such as `10.0.0.0/8,fd00::/8,192.0.2.1`. Null if an entry is not an address or a
 * CIDR block. A block of length 0 is refused, since it would let every client choose its own address.
 */
export function parseNetworks(text: string): BlockList | null {
  const networks = new BlockList();
  for (const entry of text.split(',')) {
    const [, address = '', length] = /^([\d.a-f:]+)(?:\/(\d{1,3}))?$/i.exec(entry) ?? [];
    const version = isIP(address);
    const longest = version === 4 ? 32 : 128;
    const prefix = length === undefined ? longest : Number(length);
    if (version === 0 || prefix < 1 || prefix > longest) return null;
    networks.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return networks;
}

/**
 * Reads the address of a request's client. A forwarded address counts only if every hop between it and this
 * service is a trusted proxy. `Forwarded` (RFC 7239) and `X-Forwarded-For` have to agree if a request has
 * both: a proxy that writes one of them passes the other on as the client sent it.
 */
export function createAddressReader(proxies: BlockList): (request: Arrival) => string {
  const isTrusted = (address: string) => proxies.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

  /** Goes from the nearest hop outwards to the first address that is not a trusted proxy. */
  function walk(peer: string, hops: readonly string[]): string {
    let address = peer;
    for (const hop of hops.toReversed()) {
      const next = addressIn(hop);
      if (!isTrusted(address) || next === null) break;
      address = next;
    }
    return address;
  }

  return ({ socket, headers }) => {
    const peer = addressIn(socket.remoteAddress ?? '') ?? '';
    if (peer === '' || !isTrusted(peer)) return peer;
    const lists = [forwardedFor(headers.forwarded), listOf(headers['x-forwarded-for'])];
    const found = new Set(lists.filter((hops) => hops.length > 0).map((hops) => walk(peer, hops)));
    const [client] = found;
    return client !== undefined && found.size === 1 ? client : peer;
  };
}

const textOf = (value: string | string[] | undefined) => [value ?? []].flat().join(',');
const listOf = (value: string | string[] | undefined) =>
  textOf(value)
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** Reads the `for` of each element of Forwarded. An element without one is an unknown hop. */
function forwardedFor(value: string | string[] | undefined): string[] {
  const elements = textOf(value).match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
  return elements.map(
    (element) =>
      /(?:^|;)\s*for=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(element)?.slice(1).join('') ?? 'unknown',
  );
}

/**
 * Reads the IP address in `192.0.2.1:80`, `[2001:db8::1]:80`, `fe80::1%eth0` or `::ffff:192.0.2.1`. Null if
 * there is none.
 */
function addressIn(hop: string): string | null {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(hop) ?? [];
  const address = (bracketed ?? plain ?? hop)
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  return isIP(address) === 0 ? null : address;
}
