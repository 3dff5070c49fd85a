import { type CheckContext, serviceOf } from '../../role/check-context.ts';

/** What is known of a condition key in the call that EKS makes for a Fargate profile of the account. */
export type KnownKey =
  /** It is the ARN of the profile: decided for each cluster. */
  | { is: 'SOURCE_ARN' }
  | { is: 'VALUE'; type: 'TEXT' | 'BOOL' | 'DATE' | 'EPOCH'; value: string }
  /** A text of which only the beginning is known. */
  | { is: 'BEGINNING'; value: string }
  /** Several values, and this among them. */
  | { is: 'LIST_WITH'; value: string }
  /** A value of AWS's own, or none: no account, ARN or ID of a customer. */
  | { is: 'OF_AWS'; type: 'ACCOUNT' | 'ARN' | 'ID' | 'TYPE' }
  | { is: 'ABSENT' }
  | { is: 'UNKNOWN' };

/** A key that says whose Fargate profile calls. AWS does not say that EKS sends it. */
export type CallerKey = 'ACCOUNT' | 'ORGANIZATION' | 'ORGANIZATION_PATH';

export interface RequestKey {
  resolve: (context: CheckContext) => KnownKey;
  /** Whose profile calls: of another account's profile, the key has another value. */
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
// A path is o-ID/r-ROOT/ou-UNIT/: only the organization itself is known.
const organizationPath = ({ organizationId: id }: CheckContext): KnownKey => (id === null ? unknown : { is: 'BEGINNING', value: `${id}/` });

const seconds = (now: Date) => Math.floor(now.getTime() / 1000);
const isoTime = (now: Date) => `${now.toISOString().slice(0, 19)}Z`;

/** By key, in lower case. The contract's second part has this table, with the reasons. */
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
  ['aws:principalservicenameslist', { resolve: (context) => ({ is: 'LIST_WITH', value: serviceOf(context) }) }],
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

/** By what a key begins with. */
const families: readonly (readonly [start: string, key: RequestKey])[] = [
  ['aws:principaltag/', always(absent)],
  ['aws:calledvia', always(absent)],
  ['aws:sourcevpc', always(absent)],
  ['saml:', always(absent)],
];

const anyOther = always(unknown);

/** Looks up a key by its name in lower case. */
export const findKey = (name: string): RequestKey => keys.get(name) ?? families.find(([start]) => name.startsWith(start))?.[1] ?? anyOther;
