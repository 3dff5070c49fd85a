import Type from 'typebox';
import { Actor, type Via } from './change.ts';
import { closed } from './parameters.ts';
import { AccountId, nullable } from './primitives.ts';

/** The limits of a credential, whatever its groups may do. Null: no limit. */
export interface Scope {
  /** Names of operations. */
  operations: readonly string[] | null;
  accountIds: readonly string[] | null;
}

/** A person, as the caller that speaks for the person names them. The caller vouches for the groups. */
export interface Person {
  actor: Actor;
  groups: readonly string[];
}

/** The caller of an operation, the face, and the request ID. */
export interface Caller {
  /** Whose credential it is. */
  actor: Actor;
  groups: readonly string[];
  scope: Scope | null;
  /**
   * The person on whose behalf the actor calls, as the request says. Null, or left out: nobody else's. Nothing is
   * done for the person that either of the two may not do, or that the actor may not say: see `speakFor`.
   */
  onBehalfOf?: Person | null;
  /**
   * Read from the cache because the database did not answer. The credential may be revoked, so the caller may
   * change nothing.
   */
  isFromCache?: true;
  via: Via;
  requestId: string;
  /** As the caller names its own software. Left out, or null: it is not known, as in a sweep. */
  userAgent?: string | null;
  /** The command line. It calls REST, and its texts name its own commands. */
  isCommandLine?: true;
  /** Calls the listener when the caller hangs up. Answers how to stop listening. Left out: it cannot. */
  onHangUp?: (listener: () => void) => () => void;
  /** Called with each account that the request is about, also where the request is refused. */
  onAccount?: (accountId: string) => void;
}

/** The identity that a credential proves. */
export type Identity = Pick<Caller, 'actor' | 'groups' | 'scope' | 'onBehalfOf' | 'isFromCache'>;

/** What is kept of a caller for work that goes on without its request. */
export type KeptCaller = Pick<Caller, 'actor' | 'groups' | 'scope' | 'onBehalfOf' | 'requestId'>;

/** The caller, as the caller itself sees it. */
export const ShownCaller = Type.Object(
  {
    subject: Type.String({ description: 'The subject of the credential' }),
    issuer: nullable(Type.String(), 'The issuer of the credential. Null with AUTH=none'),
    groups: Type.Array(Type.String(), { description: 'The groups of the credential' }),
    onBehalfOf: nullable(Actor, 'The person on whose behalf the call is made. Null: nobody else'),
    operations: Type.Array(Type.String(), {
      description:
        'The names of the operations that the policies and the scope of the credential permit, as policies and scopes name them: to both, where the call is made on behalf of a person. With `accountId`: in this account, or about no single account. Without: in at least one account. This is a hint for user interfaces; each call is authorized again. It is made without the name of a role, for calls that are not a dry run, before there is a plan, and for sweeps and schedules of the caller. Where policies depend on these, a listed call may be refused, and a permitted one may be missing. Without `accountId`, at most 1,000 accounts that the policies tell apart are asked about',
    }),
  },
  {
    $id: 'Caller',
    description: 'Who makes the request, and what this caller may do',
    additionalProperties: false,
  },
);

export const CallerInput = Type.Object(
  { accountId: Type.Optional(AccountId) },
  { $id: 'CallerInput', ...closed },
);
