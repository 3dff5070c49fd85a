/** Who has to allow what AWS denies, by the kind of policy that its words name (IAM user guide, troubleshooting access denied). */
const remedies: [kind: RegExp, remedy: (isAssuming: boolean) => string | null][] = [
  [/service control polic|resource control polic/i, () => 'The administrators of the AWS organization have to allow it there.'],
  [
    /permissions? boundar/i,
    (isAssuming) => `Allow it in the permissions boundary of ${isAssuming ? "this service's own role or user" : 'that role'}.`,
  ],
  [
    /session polic/i,
    (isAssuming) =>
      isAssuming
        ? "Allow it in the session policy of this service's own credentials."
        : 'The session policy is of this service: it allows this one change, for five minutes. Send the request again; if AWS still denies it, tell the operator of this service.',
  ],
  [/VPC endpoint polic/i, () => 'Allow it in the policy of the VPC endpoint through which this service reaches AWS.'],
  // Of AssumeRole that is the trust policy: there is more to check than that it names the service.
  [/resource-based polic/i, (isAssuming) => (isAssuming ? null : 'Allow it in the policy of that resource.')],
  [
    /identity-based polic/i,
    (isAssuming) => `Allow it in the policies of ${isAssuming ? "this service's own role or user" : 'that role'}, where no Deny bars it.`,
  ],
];

/** What to do about a denial; null where AWS's words name no policy, or that alone does not tell. */
export const denialRemedy = (words: string, isAssuming: boolean): string | null =>
  remedies.find(([kind]) => kind.test(words))?.[1](isAssuming) ?? null;
