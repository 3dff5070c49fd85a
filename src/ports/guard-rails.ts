/** What the operator of this service lets it do to roles at all, whoever asks. Null where it is left to the caller. */
export interface GuardRails {
  /** Globs (`*`, `?`), any of which a name has to match; several with commas. Letter case counts as in IAM: not for names. */
  roleNames: string | null;
  /** The same for paths, as a whole: `/eks/*` is /eks/ and all below. */
  rolePaths: string | null;
  /** The ARN of the policy that every role that is created has to carry, with {partition} and {accountId}. */
  permissionsBoundary: string | null;
  /** Globs like those of names, letter case counts: ARNs of policies that may be attached besides the one that execution roles need. Null: none. */
  policyArns: string | null;
}
