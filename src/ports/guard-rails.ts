/** The limits that the operator of this service sets for all callers. Null: no limit. */
export interface GuardRails {
  /**
   * Globs (`*`, `?`) separated by commas. A name has to match one of them. Letter case is ignored, as in IAM.
   */
  roleNames: string | null;
  /** Globs for the whole path: `/eks/*` is /eks/ and everything below it. */
  rolePaths: string | null;
  /** The ARN of the permissions boundary of every new role, with {partition} and {accountId}. */
  permissionsBoundary: string | null;
  /**
   * Globs for the ARNs of policies that may be attached besides those that execution roles need. Letter case
   * counts. Null: no other policies.
   */
  policyArns: string | null;
}
