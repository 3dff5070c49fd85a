/** What permissions are given for. */
export interface Action {
  name: string;
  /** The groups of actions that it is in: a policy may name these in its place. */
  permission: readonly ('read' | 'write' | 'audit' | 'administer')[];
  /**
   * What is authorize. ACCOUNT: the account of its input. CHANGE, CLAIM: the account of the change, or claim, with the ID of its input.
   * ACCOUNTS: the service, as it answers about those accounts alone that the caller may see. SERVICE: the service, and so all of them. SWEEP,
   * SCHEDULE: the service, and whether the sweep with the ID, or the schedule with the name, of its input is the caller's own.
   */
  concerns: 'ACCOUNT' | 'CHANGE' | 'CLAIM' | 'ACCOUNTS' | 'SERVICE' | 'SWEEP' | 'SCHEDULE';
  /** What is not there yet will be the caller's own. */
  makes?: true;
  /** The operation whose name in a credential's scope is meant for this one too, which nobody can name. */
  scopedAs?: string;
}
