import type { Cluster } from '../../schema/primitives.ts';
import { isListedRegion } from '../patterns/regions.ts';

/** May a request name the cluster, to have it covered? */
export const canAsk = (where: Parameters<typeof isListedRegion>[1], { region, name }: Cluster) =>
  /^(\*|[\w-]+)$/.test(name) && (region === '*' || isListedRegion(region, where));
