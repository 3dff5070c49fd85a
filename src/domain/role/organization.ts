import type { Account } from '../../schema/account.ts';
import type { AccountImportEffect } from '../../schema/account-import.ts';
import type { Labels, Partition } from '../../schema/primitives.ts';

/** An account as AWS Organizations has it. */
export interface OrganizationAccount {
  accountId: string;
  organizationId: string;
  name: string;
  partition: Partition;
  status: Account['status'];
  /** Null: they could not be read. */
  tags: Record<string, string> | null;
}

/** What Organizations said of an account at its last import: where it is registered otherwise, a hand has been at it. */
interface LastImport {
  /** Of the organization. */
  id: string;
  name: string;
  labels: Labels;
}

/** What an import looks at of a registered account; what it leaves alone is not here. */
export interface Importable {
  name: string;
  partition: Partition;
  status: Account['status'];
  labels: Labels;
  organization: LastImport | null;
}

export interface Imported {
  effect: AccountImportEffect | 'UNCHANGED';
  account: Importable & { organization: LastImport };
}

/** As Labels has them. Tags may be longer, and have spaces and colons in them. */
const labelKey = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$/;
const mostLabels = 50;

/** The tags that can be labels, by key. */
export const labelsOf = (tags: Record<string, string>): Labels =>
  Object.fromEntries(
    Object.entries(tags)
      .filter(([key]) => labelKey.test(key))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/**
 * What is to be registered of an account that is in the list. Name and labels follow Organizations until a hand sets them
 * otherwise; the status is Organizations' own. Tags that could not be read are those of last time.
 */
export function planImport(known: Importable | null, listed: OrganizationAccount): Imported {
  const last = known?.organization ?? null;
  const organization = {
    id: listed.organizationId,
    name: listed.name,
    labels: listed.tags === null ? (last?.labels ?? {}) : labelsOf(listed.tags),
  };
  const { partition, status } = listed;
  if (known === null)
    return { effect: 'ADDED', account: { name: listed.name, partition, status, labels: organization.labels, organization } };
  const name = last?.name === known.name ? listed.name : known.name;
  const labels = mergeLabels(known.labels, last?.labels ?? {}, organization.labels);
  const account = { name, partition: known.partition, status, labels, organization };
  return { effect: effectOf(known, account), account };
}

/**
 * What is to be registered of an account that is in the list no more: it was closed for good, or has left the organization. Null:
 * nothing new.
 */
export const planClosure = (known: Importable): Imported | null =>
  known.organization === null || known.status === 'CLOSED'
    ? null
    : { effect: 'CLOSED', account: { ...known, organization: known.organization, status: 'CLOSED' } };

/** Those that were set by hand, and the tags beside them. */
function mergeLabels(labels: Labels, last: Labels, now: Labels): Labels {
  const byHand = Object.entries(labels).filter(([key, value]) => last[key] !== value);
  const handKeys = new Set(byHand.map(([key]) => key));
  const others = Object.entries(now).filter(([key]) => !handKeys.has(key));
  return Object.fromEntries([...byHand, ...others].slice(0, mostLabels));
}

function effectOf(known: Importable, account: Importable): Imported['effect'] {
  if (known.status !== 'CLOSED' && account.status === 'CLOSED') return 'CLOSED';
  const isSame = known.name === account.name && known.status === account.status && areSame(known.labels, account.labels);
  return isSame ? 'UNCHANGED' : 'CHANGED';
}

const areSame = (one: Labels, other: Labels) =>
  Object.keys(one).length === Object.keys(other).length && Object.entries(one).every(([key, value]) => other[key] === value);
