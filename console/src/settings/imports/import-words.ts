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
  const does = (add: string, change: string, close: string) =>
    listed([
      ...(added > 0 ? [`${add} ${added}`] : []),
      ...(changed > 0 ? [`${change} ${changed}`] : []),
      ...(closed > 0 ? [`${close} ${closed} as closed`] : []),
    ]);
  if (dryRun && state === 'DONE')
    return added + changed + closed === 0
      ? `Nothing to do: the ${accounts(total)} of the organization are registered as they are.`
      : `Nothing was registered. An import of these ${accounts(total)} would ${does('add', 'change', 'mark')}.`;
  const did = does('added', 'changed', 'marked') || 'nothing had to change';
  return state === 'FAILED'
    ? `The import stopped after ${accounts(total)}: ${did}.`
    : `Imported ${accounts(total)}: ${did}.`;
}

const listed = (texts: string[]) =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;

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
