import type { Shape } from '../shape.ts';

export type Cluster = Shape<'Cluster'>;
/** A cluster as somebody types it. */
export type Row = Cluster;

const region = /^([a-z]{2,4}(-[a-z]{1,10}){1,3}-\d{1,2}|\*)$/;
const name = /^([0-9A-Za-z][A-Za-z0-9_-]{0,99}|\*)$/;

export const clusterText = (cluster: { region: string; name: string }): string =>
  `${cluster.region}/${cluster.name}`;

/** Clusters as a sentence names them; of many, the first three. */
export function listClusters(clusters: { region: string; name: string }[]): string {
  const texts = clusters.map(clusterText);
  if (texts.length > 4) return `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more`;
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** What is wrong with each field of a row, in words. Empty: nothing. */
export function checkRow(row: Row): { region?: string; name?: string } {
  return {
    ...(!region.test(row.region.trim()) && {
      region:
        row.region.trim() === '' ? 'Name the Region.' : 'Write a Region such as us-west-2, or * for all.',
    }),
    ...(!name.test(row.name.trim()) && {
      name:
        row.name.trim() === ''
          ? 'Name the cluster.'
          : 'Letters, digits, - and _, beginning with a letter or digit; or * for all.',
    }),
  };
}

export const isEmpty = (row: Row): boolean => row.region.trim() === '' && row.name.trim() === '';
export const isCluster = (row: Row): boolean => Object.keys(checkRow(row)).length === 0;

/** The clusters of the rows, each once, without empty rows. */
export function clustersOf(rows: Row[]): Cluster[] {
  const found = new Map<string, Cluster>();
  for (const row of rows) {
    if (isEmpty(row)) continue;
    const cluster = { region: row.region.trim(), name: row.name.trim() };
    found.set(clusterText(cluster), cluster);
  }
  return [...found.values()];
}

const arn = /^arn:aws[a-z-]*:eks:([a-z0-9-]+):\d{12}:(?:cluster|fargateprofile)\/([A-Za-z0-9_-]+)/;

/**
 * Reads clusters from a pasted text: REGION/NAME or ARNs of EKS, on lines of their own or between blanks and commas.
 * `wrong`: what is neither.
 */
export function parseClusters(text: string): { clusters: Cluster[]; wrong: string[] } {
  const wrong: string[] = [];
  const rows = text
    .split(/[\s,;]+/)
    .map((one) => one.replace(/^["'[]+|["'\]]+$/g, ''))
    .flatMap((one): Row[] => {
      if (one === '') return [];
      const [, arnRegion, arnName] = arn.exec(one) ?? [];
      const [first = '', second = '', ...more] = one.split('/');
      const row =
        arnRegion && arnName ? { region: arnRegion, name: arnName } : { region: first, name: second };
      if (isCluster(row) && (arnRegion || more.length === 0)) return [row];
      wrong.push(one);
      return [];
    });
  return { clusters: clustersOf(rows), wrong };
}
