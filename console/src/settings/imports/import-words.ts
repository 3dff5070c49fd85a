// An import in words.

interface Progress {
  state: 'RUNNING' | 'DONE' | 'FAILED';
  dryRun: boolean;
  total: number;
  added: number;
  changed: number;
  closed: number;
}

interface Registered {
  name: string;
  partition: string;
  status: string;
  labels: Record<string, string>;
}

const accounts = (count: number) => (count === 1 ? '1 account' : `${count} accounts`);

/** Where the import is, in one sentence. */
export function describeImport({ state, dryRun, total, added, changed, closed }: Progress): string {
  if (state === 'RUNNING') return `Reading the organization: ${accounts(total)} so far.`;
  const parts = [
    added > 0 && `${added} added`,
    changed > 0 && `${changed} changed`,
    closed > 0 && `${closed} marked as closed`,
  ].filter((part) => part !== false);
  const effect = parts.length > 0 ? parts.join(', ') : 'nothing to change';
  if (state === 'FAILED') return `The import stopped after ${accounts(total)}: ${effect}.`;
  if (dryRun) return `Nothing was registered. An import of these ${accounts(total)} would do: ${effect}.`;
  return `Imported ${accounts(total)}: ${effect}.`;
}

export interface Difference {
  what: string;
  /** Null: there was none. */
  before: string | null;
  after: string | null;
}

/** What an import changes of an account that was there. */
export function differences(before: Registered, after: Registered): Difference[] {
  const keys = [...new Set([...Object.keys(before.labels), ...Object.keys(after.labels)])].sort();
  return [
    { what: 'Name', before: before.name, after: after.name },
    { what: 'Status', before: before.status, after: after.status },
    { what: 'Partition', before: before.partition, after: after.partition },
    ...keys.map((key) => ({
      what: `Label ${key}`,
      before: before.labels[key] ?? null,
      after: after.labels[key] ?? null,
    })),
  ].filter((one) => one.before !== one.after);
}
