/** An action that needs a permission. */
export interface Action {
  name: string;
  /** The groups of actions that this one belongs to. A policy may name a group in place of the action. */
  permission: readonly ('read' | 'write' | 'audit' | 'administer')[];
  /**
   * The resource that the caller needs permission for. ACCOUNT: the account in the input. CHANGE, CLAIM: the account of
   * the change or claim whose ID is in the input. ACCOUNTS: the service; the answer holds only the accounts
   * that the caller may see. SERVICE: the service, and so all accounts. SWEEP, SCHEDULE: the service, and
   * whether the sweep or schedule in the input is the caller's own. CALLER: the caller alone, who needs no
   * permission.
   */
  concerns: 'ACCOUNT' | 'CHANGE' | 'CLAIM' | 'ACCOUNTS' | 'SERVICE' | 'SWEEP' | 'SCHEDULE' | 'CALLER';
  /**
   * Set where the action creates the sweep or schedule: one that does not exist yet will be the caller's own.
   */
  makes?: true;
  /**
   * The operation whose name in a credential's scope permits this action too. For actions that a scope cannot
   * name.
   */
  scopedAs?: string;
}
