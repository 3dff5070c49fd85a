import { countText, plural } from '../counts.ts';
import type { Shape } from '../shape.ts';

type Sweep = Shape<'Sweep'>;

const operations: Record<Sweep['operation'], string> = {
  CHECK: 'Check of roles',
  EXTEND: 'Extension of roles',
  READINESS: 'Check of clusters',
};

/** "Check of roles", "Extension of roles, dry run". */
export const operationText = ({ operation, dryRun }: Pick<Sweep, 'operation' | 'dryRun'>): string =>
  `${operations[operation]}${dryRun ? ', dry run' : ''}`;

export const states: Record<Sweep['state'], { look: 'quiet' | 'warning' | 'good' | 'bad'; word: string }> = {
  QUEUED: { look: 'quiet', word: 'Waiting' },
  RUNNING: { look: 'warning', word: 'Running' },
  DONE: { look: 'good', word: 'Done' },
  CANCELLED: { look: 'bad', word: 'Cancelled' },
};

/** How far a sweep is: "1,204 of 4,553 accounts, 3 with an error". */
export function progressText({ state, total, done, failed }: Sweep): string {
  if (state === 'QUEUED') return `Waiting to start with ${plural(total, 'account')}.`;
  const errors = failed > 0 ? `, ${countText(failed)} with an error` : '';
  return state === 'DONE'
    ? `${plural(done, 'account')}${errors}.`
    : `${countText(done)} of ${plural(total, 'account')}${errors}.`;
}

/** How long a sweep took: "2 min 5 s". Null: it has not ended. */
export function durationText({ startedAt, createdAt, endedAt }: Sweep): string | null {
  if (endedAt === null) return null;
  const seconds = Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(startedAt ?? createdAt)) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return seconds > 0 ? `${seconds} s` : 'under a second';
}
