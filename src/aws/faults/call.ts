import type { FaultCode, FaultDetails } from '../../fault.ts';
import type { Account } from '../../schema/account.ts';
import { sanitizeMessage } from './sanitize-message.ts';
import type { WireError } from './wire-error.ts';

/** The call that failed: what it was to do, and to what. */
export interface Call {
  action: string;
  account: Account;
  /** A write may have taken effect although it failed; a read leaves nothing behind. */
  write: boolean;
  roleName?: string;
  policyArn?: string | null;
  /** Which role it goes through; the account's member role where it is left out. */
  through?: 'ORGANIZATIONS_ROLE_ARN';
}

/** What an error of a call means to our callers. */
export type Translation = (call: Call, error: WireError) => [code: FaultCode, message: string, details?: FaultDetails];

export const onRole = ({ roleName, account }: Call) => (roleName === undefined ? `in account ${account.accountId}` : `on role ${roleName}`);
/** AWS's own words, after a sentence of ours. */
export const quoteAws = ({ message, code }: WireError) => {
  const words = sanitizeMessage(message);
  // The SDK's own, where AWS said nothing.
  return words === '' || words === 'UnknownError' || words === code ? '' : ` AWS says: ${words}.`;
};

/** The role that the call went through. */
export const roleOf = ({ through, account }: Call) =>
  through ? `role ${account.memberRoleArn} (${through})` : `member role ${account.memberRoleArn}`;
