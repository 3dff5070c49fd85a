import type { Shape } from '../../shape.ts';

/** A line of a trust policy, with what is known of its cluster. */
export interface LineRow {
  pattern: string;
  region: string | null;
  name: string | null;
  /** It covers more than one cluster. */
  isWide: boolean;
  /** The line is written for exactly one Region and name, by which it can be removed. */
  isExact: boolean;
  /** The account whose profiles it lets in, if that is another one. */
  foreignAccount: string | null;
  claims: Shape<'Claim'>[];
}

const wildcard = /[*?]/;

export function lineRows(
  lines: Shape<'TrustLine'>[],
  claims: Shape<'Claim'>[],
  accountId: string,
): LineRow[] {
  return lines.map(({ pattern, region, name }) => {
    const account = pattern.split(':')[4] ?? '';
    const isNamed = region !== null && name !== null;
    return {
      pattern,
      region,
      name,
      isWide: !isNamed || wildcard.test(region) || wildcard.test(name),
      // A whole name may be a wildcard, a part of one may not.
      isExact:
        isNamed && account === accountId && [region, name].every((one) => one === '*' || !wildcard.test(one)),
      foreignAccount: isNamed && account !== accountId ? account : null,
      claims:
        account === accountId
          ? claims.filter(({ cluster }) => cluster.region === region && cluster.name === name)
          : [],
    };
  });
}

/** The clusters that EKS can be asked about: those that lines of this account name, each once. */
export function askableClusters(rows: LineRow[]): { region: string; name: string }[] {
  const found = new Map<string, { region: string; name: string }>();
  for (const { region, name, isWide, foreignAccount } of rows)
    if (!isWide && region !== null && name !== null && foreignAccount === null)
      found.set(`${region}/${name}`, { region, name });
  return [...found.values()];
}

/** The Fargate profiles of a cluster that use the role, by name. */
export const profilesOf = (readiness: Shape<'FargateReadiness'>, roleArn: string): string[] =>
  readiness.profiles.filter((profile) => profile.roleArn === roleArn).map(({ name }) => name);

/** How full the trust policy is, in words. */
export function quotaWords({
  size,
  quota,
  linesLeft,
}: Pick<Shape<'Trust'>, 'size' | 'quota' | 'linesLeft'>): string {
  const number = new Intl.NumberFormat('en');
  const room =
    linesLeft === 0
      ? 'There is no room for another line.'
      : `There is room for ${linesLeft} more ${linesLeft === 1 ? 'line' : 'lines'}.`;
  return `${number.format(size)} of ${number.format(quota)} characters. ${room}`;
}
