import { componentsOf } from '../role/arn.ts';
import type { Sources } from './source-value.ts';

/**
 * Is the text one of the source ARNs? `fold` removes the differences that the operator ignores, such as
 * letter case.
 */
export function isSource(
  value: string,
  { partition, account, source, region, name }: Sources,
  fold: (text: string) => string,
): boolean {
  const parts = componentsOf(value)?.map(fold);
  if (!parts) return false;
  const resource = parts[5] as string;
  const start = fold(source.beforeName + name + source.afterName);
  // Folding to lower case keeps the shapes of names and UUIDs.
  return (
    parts[0] === 'arn' &&
    parts[1] === partition &&
    parts[2] === source.service &&
    (region === '*' ? /^[a-z0-9-]+$/.test(parts[3] as string) : parts[3] === fold(region)) &&
    (account === null ? /^\d{12}$/.test(parts[4] as string) : parts[4] === account) &&
    (name === '*'
      ? source.resourceShape.test(resource)
      : resource.startsWith(start) && source.restShape.test(resource.slice(start.length)))
  );
}
