import { api } from '../api.ts';
import { type Pages, usePages } from '../pages.ts';
import { Mark } from '../ui/text/mark.tsx';
import { Time } from '../ui/text/time.tsx';
import { stateOfToken } from './tokens/token-state.ts';

// What each page of the settings has, in a line. The lists are those of the pages, which then have them already.

/** "3 claims", "100 or more claims". */
function count<Row>({ rows, hasMore }: Pages<Row>, one: string, several: string): string {
  if (rows.length === 0) return `No ${several} yet`;
  return `${rows.length}${hasMore ? ' or more' : ''} ${rows.length === 1 ? one : several}`;
}

function Accounts() {
  const pages = usePages(['accounts'], (page, options) => api().listAccounts(page, options));
  return pages.isPending || pages.error ? null : count(pages, 'account', 'accounts');
}

function Schedules() {
  const pages = usePages(['schedules'], (page, options) => api().listSchedules(page, options));
  if (pages.isPending || pages.error) return null;
  const [next] = pages.rows.map(({ nextAt }) => nextAt).sort();
  return (
    <>
      {count(pages, 'schedule', 'schedules')}
      {next !== undefined && (
        <>
          {' '}
          · the next run is <Time at={next} />
        </>
      )}
    </>
  );
}

function Claims() {
  const pages = usePages(['claims', {}], (page, options) => api().listClaims(page, options));
  return pages.isPending || pages.error ? null : count(pages, 'claim', 'claims');
}

function Tokens() {
  const pages = usePages(['service-tokens'], (page, options) => api().listServiceTokens(page, options));
  if (pages.isPending || pages.error) return null;
  const states = pages.rows.map((token) => stateOfToken(token, Date.now()));
  const soon = states.filter((state) => state === 'EXPIRES_SOON').length;
  const valid = soon + states.filter((state) => state === 'VALID').length;
  return (
    <>
      {valid} valid{soon > 0 && ' · '}
      {soon > 0 && <Mark look="warning">{`${soon} ${soon === 1 ? 'expires' : 'expire'} soon`}</Mark>}
    </>
  );
}

function DeadLetters() {
  const pages = usePages(['dead-letters'], (page, options) => api().listDeadLetters(page, options));
  if (pages.isPending || pages.error) return null;
  if (pages.rows.length === 0) return 'No event waits';
  return <Mark look="warning">{`${count(pages, 'event waits', 'events wait')}`}</Mark>;
}

/** By the operation of a section. */
export const facts = {
  accounts: Accounts,
  schedules: Schedules,
  claims: Claims,
  serviceTokens: Tokens,
  deadLetters: DeadLetters,
} as const;
