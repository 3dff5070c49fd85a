import { readFileSync } from 'node:fs';
import type { Cluster, JsonObject, Partition } from '#src/schema/primitives.ts';

/** A trust policy with the findings that a check must give. */
export interface TrustCase {
  id: string;
  about: string;
  accountId: string;
  partition: Partition;
  cluster: Cluster;
  organizationId?: string;
  document?: JsonObject;
  /** Stored text that JSON.stringify would not write. */
  text?: string;
  expect: {
    verdict: string;
    errors: string[];
    warningsInclude: string[];
    infosInclude: string[];
    covered: boolean;
  };
}

/** The tables of ../shared/corpus, verbatim. */
export const sharedTables = ['trust-cases.json', 'trust-cases-2.json'];
/** With ours, in the same format. They name the account's organization where it is known. */
export const tables = [...sharedTables, 'more-trust-cases.json'];

const readTable = (table: string) => readFileSync(new URL(`../cases/${table}`, import.meta.url), 'utf8');

export const readCases = (table: string) => JSON.parse(readTable(table)) as TrustCase[];

/** Every ARN that a case names, once each. */
export const readLines = (): string[] => [
  ...new Set(
    [
      ...tables
        .map(readTable)
        .join()
        .matchAll(/"(arn:[^"\\]*)"/g),
    ].map(([, line]) => line as string),
  ),
];
