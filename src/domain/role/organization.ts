import type { Account } from '../../schema/account.ts';
import type { AccountImportEffect } from '../../schema/account-import.ts';
import type { Labels, Partition } from '../../schema/primitives.ts';

/** An account as AWS Organizations lists it. */
export interface OrganizationAccount {
  accountId: string;
  organizationId: string;
  name: string;
  partition: Partition;
  status: Account['status'];
  /** Null: they could not be read. */
  tags: Record<string, string> | null;
}

/**
 * The account's data in Organizations at the last import. A registered value that differs was set by hand.
 */
interface LastImport {
  /** ID of the organization. */
  id: string;
  name: string;
  labels: Labels;
}

/** The members of a registered account that an import reads or sets. */
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

/** The keys that a label can have. Tags may be longer, and have spaces and colons. */
const labelKey = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$/;
const maxLabels = 50;

/** The tags that can be labels, sorted by key. */
export const labelsOf = (tags: Record<string, string>): Labels =>
  Object.fromEntries(
    Object.entries(tags)
      .filter(([key]) => labelKey.test(key))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );

/**
 * Plans the import of a listed account. Name and labels follow Organizations until somebody sets them by
 * hand. The status always does. If tags could not be read, those of the last import stay.
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
    return {
      effect: 'ADDED',
      account: { name: listed.name, partition, status, labels: organization.labels, organization },
    };
  const name = last?.name === known.name ? listed.name : known.name;
  const labels = mergeLabels(known.labels, last?.labels ?? {}, organization.labels);
  const account = { name, partition: known.partition, status, labels, organization };
  return { effect: effectOf(known, account), account };
}

/**
 * Plans the import of an account that is no longer listed: it was closed, or left the organization. Null:
 * nothing changes.
 */
export const planClosure = (known: Importable): Imported | null =>
  known.organization === null || known.status === 'CLOSED'
    ? null
    : { effect: 'CLOSED', account: { ...known, organization: known.organization, status: 'CLOSED' } };

/** The labels that were set by hand, then the tags. */
function mergeLabels(labels: Labels, last: Labels, now: Labels): Labels {
  const byHand = Object.entries(labels).filter(([key, value]) => last[key] !== value);
  const handKeys = new Set(byHand.map(([key]) => key));
  const others = Object.entries(now).filter(([key]) => !handKeys.has(key));
  return Object.fromEntries([...byHand, ...others].slice(0, maxLabels));
}

function effectOf(known: Importable, account: Importable): Imported['effect'] {
  if (known.status !== 'CLOSED' && account.status === 'CLOSED') return 'CLOSED';
  const isSame =
    known.name === account.name && known.status === account.status && areSame(known.labels, account.labels);
  return isSame ? 'UNCHANGED' : 'CHANGED';
}

const areSame = (one: Labels, other: Labels) =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([key, value]) => other[key] === value);
