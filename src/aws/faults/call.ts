import type { FaultCode, FaultDetails } from '../../fault.ts';
import type { Account } from '../../schema/account.ts';
import { sanitizeMessage } from './sanitize-message.ts';
import type { WireError } from './wire-error.ts';

/** The call that failed: its action and its target. */
export interface Call {
  action: string;
  account: Account;
  /** A write may have taken effect although it failed. */
  write: boolean;
  roleName?: string;
  /** Set for a regional service. */
  region?: string;
  policyArn?: string | null;
  /** The setting that names the role it goes through; left out, it is the account's member role. */
  through?: 'ORGANIZATIONS_ROLE_ARN';
}

/** Turns an error of a call into the parts of a fault. */
export type Translation = (
  call: Call,
  error: WireError,
) => [code: FaultCode, message: string, details?: FaultDetails];

export const onRole = ({ roleName, account, region }: Call) =>
  roleName === undefined
    ? `in account ${account.accountId}${region === undefined ? '' : `, Region ${region}`}`
    : `on role ${roleName}`;
/** AWS's own message, to follow a sentence of ours. */
export const quoteAws = ({ message, code }: WireError) => {
  const words = sanitizeMessage(message);
  // The SDK's placeholders for an error without a message.
  return words === '' || words === 'UnknownError' || words === code ? '' : ` AWS says: ${words}.`;
};

/** Names the role that the call went through. */
export const roleOf = ({ through, account }: Call) =>
  through ? `role ${account.memberRoleArn} (${through})` : `member role ${account.memberRoleArn}`;
