import type { AwsError } from './aws-error.ts';

export type Service = 'iam' | 'sts';

export const versions = { iam: '2010-05-08', sts: '2011-06-15' } as const satisfies Record<Service, string>;

const namespace = (service: Service) => `https://${service}.amazonaws.com/doc/${versions[service]}/`;

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

// A bare carriage return must be escaped, because XML parsers turn it into a line feed.
const escapeText = (text: string) =>
  text.replace(/[&<>"\r]/g, (character) => entities[character] ?? character);

/** One element with XML content. */
export const element = (name: string, inner: string) => `<${name}>${inner}</${name}>`;

/** One element with a text value. Empty for null, because AWS omits absent members. */
export const value = (name: string, content: string | number | boolean | null) =>
  content === null ? '' : element(name, escapeText(String(content)));

/** A list in the Query protocol: every item is a `member` element. */
export const list = <T>(name: string, items: readonly T[], write: (item: T) => string) =>
  element(name, items.map((item) => element('member', write(item))).join(''));

/** A date in whole seconds, as IAM writes it. */
export const timestamp = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

// encodeURIComponent does not encode these five characters. RFC 3986 reserves them, and IAM encodes them.
const reserved = /[!'()*]/g;

/** A policy document as IAM returns it: percent-encoded (RFC 3986). */
export const percentEncode = (text: string) =>
  encodeURIComponent(text).replace(
    reserved,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** `result` is null for actions that answer only metadata. */
export const answer = (service: Service, action: string, result: string | null, requestId: string) =>
  `<${action}Response xmlns="${namespace(service)}">${result === null ? '' : element(`${action}Result`, result)}` +
  `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;

export const errorAnswer = (service: Service, error: AwsError, requestId: string) =>
  `<ErrorResponse xmlns="${namespace(service)}"><Error>${value('Type', error.status < 500 ? 'Sender' : 'Receiver')}` +
  `${value('Code', error.code)}${value('Message', error.message)}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
