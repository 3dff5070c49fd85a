/**
 * The remedy for each kind of policy that AWS's message of a denial can name (IAM user guide, troubleshooting
 * access denied).
 */
const remedies: [kind: RegExp, remedy: (isAssuming: boolean) => string | null][] = [
  [
    /service control polic|resource control polic/i,
    () => 'The administrators of the AWS organization have to allow it there.',
  ],
  [
    /permissions? boundar/i,
    (isAssuming) =>
      `Allow it in the permissions boundary of ${isAssuming ? "this service's own role or user" : 'that role'}.`,
  ],
  [
    /session polic/i,
    (isAssuming) =>
      isAssuming
        ? "Allow it in the session policy of this service's own credentials."
        : 'This service sets the session policy: it allows this one change, for five minutes. Send the request again. If AWS still denies it, tell the operator of this service.',
  ],
  [
    /VPC endpoint polic/i,
    () => 'Allow it in the policy of the VPC endpoint through which this service reaches AWS.',
  ],
  // For AssumeRole this is the trust policy, and the fault itself says what to check there.
  [/resource-based polic/i, (isAssuming) => (isAssuming ? null : 'Allow it in the policy of that resource.')],
  [
    /identity-based polic/i,
    (isAssuming) =>
      `Allow it in the policies of ${isAssuming ? "this service's own role or user" : 'that role'}, and check that no Deny statement applies.`,
  ],
];

/** The remedy for a denial. Null when AWS's message names no policy, or the policy alone is not enough. */
export const denialRemedy = (words: string, isAssuming: boolean): string | null =>
  remedies.find(([kind]) => kind.test(words))?.[1](isAssuming) ?? null;
