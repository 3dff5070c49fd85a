import { isListedRegion } from '../patterns/regions.ts';
import { readDocument } from '../policy/document.ts';
import { reachOf } from '../role/arn.ts';
import type { CheckContext } from '../role/check-context.ts';
import type { RoleState } from '../role/role-state.ts';
import { mostOf } from './condition/source-test.ts';
import { ofTrust } from './read-trust.ts';
import { linesOf } from './reading.ts';

/**
 * The AWS Regions that the lines of the role name, each once. A line for several Regions, such as `*`, names
 * none. Neither does one whose Region AWS does not list: nothing can be there.
 */
export function listLineRegions({ trustText }: RoleState, context: CheckContext): string[] {
  const regions = ofTrust(readDocument(trustText).content, context, (reading) =>
    linesOf(reading).map((line) => reachOf(context.kind.source, mostOf(line).value).region),
  );
  return [...new Set(regions)].filter((region) => isListedRegion(region, context));
}
