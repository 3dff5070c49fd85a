import { componentsOf } from '../role/arn.ts';
import type { Sources } from './source-value.ts';

const inProfile = '[0-9A-Za-z][0-9A-Za-z_-]*/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const profileShape = new RegExp(`^${inProfile}`);
const anyClusterShape = new RegExp(`^fargateprofile/[0-9A-Za-z][0-9A-Za-z_-]*/${inProfile}`);

/** Is a text one of the ARNs, if letter case is `folded` so? */
export function isOneOf(value: string, { partition, account, region, name }: Sources, folded: (text: string) => string): boolean {
  const parts = componentsOf(value)?.map(folded);
  if (!parts) return false;
  const resource = parts[5] as string;
  const start = folded(`fargateprofile/${name}/`);
  // A lower-case text has the shapes of names and UUIDs if any of its forms has.
  return (
    parts[0] === 'arn' &&
    parts[1] === partition &&
    parts[2] === 'eks' &&
    (region === '*' ? /^[a-z0-9-]+$/.test(parts[3] as string) : parts[3] === folded(region)) &&
    (account === null ? /^\d{12}$/.test(parts[4] as string) : parts[4] === account) &&
    (name === '*' ? anyClusterShape.test(resource) : resource.startsWith(start) && profileShape.test(resource.slice(start.length)))
  );
}
