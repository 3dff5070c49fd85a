import { type CheckContext, serviceOf } from '../../role/check-context.ts';

/** The known value of a condition key, in a call by the service for a source in the account. */
export type KnownKey =
  /** The ARN of the source. It is decided for each cluster. */
  | { is: 'SOURCE_ARN' }
  | { is: 'VALUE'; type: 'TEXT' | 'BOOL' | 'DATE' | 'EPOCH'; value: string }
  /** Only the beginning of the text is known. */
  | { is: 'BEGINNING'; value: string }
  /** A list of several values that contains this one. */
  | { is: 'LIST_WITH'; value: string }
  /** A value of AWS's own, or none. It is never an account, ARN or ID of a customer. */
  | { is: 'OF_AWS'; type: 'ACCOUNT' | 'ARN' | 'ID' | 'TYPE' }
  | { is: 'ABSENT' }
  | { is: 'UNKNOWN' };

/** A key that names the caller's account or organization. AWS does not document that the service sends it. */
export type CallerKey = 'ACCOUNT' | 'ORGANIZATION' | 'ORGANIZATION_PATH';

export interface RequestKey {
  resolve: (context: CheckContext) => KnownKey;
  /** Set when the key names the caller: it has another value in a call for another account. */
  caller?: CallerKey;
}

const absent: KnownKey = { is: 'ABSENT' };
const unknown: KnownKey = { is: 'UNKNOWN' };
const always = (known: KnownKey): RequestKey => ({ resolve: () => known });
const text = (value: string): KnownKey => ({ is: 'VALUE', type: 'TEXT', value });
const ofAws = (type: 'ACCOUNT' | 'ARN' | 'ID' | 'TYPE') => always({ is: 'OF_AWS', type });
const bool = (value: 'true' | 'false') => always({ is: 'VALUE', type: 'BOOL', value });

const account = ({ accountId }: CheckContext) => text(accountId);
const organization = ({ organizationId: id }: CheckContext) => (id === null ? unknown : text(id));
// A path is o-ID/r-ROOT/ou-UNIT/. Only the organization is known.
const organizationPath = ({ organizationId: id }: CheckContext): KnownKey =>
  id === null ? unknown : { is: 'BEGINNING', value: `${id}/` };

const seconds = (now: Date) => Math.floor(now.getTime() / 1000);
const isoTime = (now: Date) => `${now.toISOString().slice(0, 19)}Z`;

/** By key, in lower case. The table of the contract's second part has the reasons. */
const keys = new Map<string, RequestKey>([
  ['aws:sourcearn', always({ is: 'SOURCE_ARN' })],
  ['aws:sourceaccount', { resolve: account, caller: 'ACCOUNT' }],
  ['aws:sourceorgid', { resolve: organization, caller: 'ORGANIZATION' }],
  ['aws:sourceorgpaths', { resolve: organizationPath, caller: 'ORGANIZATION_PATH' }],
  ['aws:resourceaccount', { resolve: account }],
  ['aws:resourceorgid', { resolve: organization }],
  ['aws:resourceorgpaths', { resolve: organizationPath }],
  ['aws:principalisawsservice', bool('true')],
  ['aws:securetransport', bool('true')],
  ['aws:viaawsservice', bool('false')],
  ['aws:principalservicename', { resolve: (context) => text(serviceOf(context)) }],
  [
    'aws:principalservicenameslist',
    { resolve: (context) => ({ is: 'LIST_WITH', value: serviceOf(context) }) },
  ],
  ['aws:currenttime', { resolve: ({ now }) => ({ is: 'VALUE', type: 'DATE', value: isoTime(now) }) }],
  ['aws:epochtime', { resolve: ({ now }) => ({ is: 'VALUE', type: 'EPOCH', value: String(seconds(now)) }) }],
  ['aws:principalaccount', ofAws('ACCOUNT')],
  ['aws:principalarn', ofAws('ARN')],
  ['aws:principaltype', ofAws('TYPE')],
  ['aws:userid', ofAws('ID')],
  ['aws:principalorgid', always(absent)],
  ['aws:principalorgpaths', always(absent)],
  ['aws:username', always(absent)],
  ['aws:federatedprovider', always(absent)],
  ['aws:multifactorauthpresent', always(absent)],
  ['aws:multifactorauthage', always(absent)],
  ['aws:vpcsourceip', always(absent)],
  ['sts:externalid', always(absent)],
]);

/** By the beginning of the key. */
const families: readonly (readonly [start: string, key: RequestKey])[] = [
  ['aws:principaltag/', always(absent)],
  ['aws:calledvia', always(absent)],
  ['aws:sourcevpc', always(absent)],
  ['saml:', always(absent)],
];

const anyOther = always(unknown);

/** Finds a key by its name in lower case. */
export const findKey = (name: string): RequestKey =>
  keys.get(name) ?? families.find(([start]) => name.startsWith(start))?.[1] ?? anyOther;
