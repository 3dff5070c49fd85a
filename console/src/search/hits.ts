import { stringifySearch } from '../app/search.ts';
import { type Change, sentenceText } from '../history/sentence.ts';
import type { Target } from './direct.ts';

/** One line of what was found. */
export interface Hit {
  id: string;
  text: string;
  /** Smaller, after the text. */
  note: string;
  /** The address of its page. */
  href: string;
}

export interface Group {
  name: string;
  hits: Hit[];
}

const path = (...parts: string[]) => `/${parts.map(encodeURIComponent).join('/')}`;
const hit = (href: string, text: string, note = ''): Hit => ({ id: href, text, note, href });

export const accountHit = (accountId: string, name: string): Hit =>
  hit(path('roles', accountId), name, name === accountId ? '' : accountId);

export const roleHit = ({
  accountId,
  accountName,
  roleName,
}: {
  accountId: string;
  accountName?: string | null;
  roleName: string;
}): Hit =>
  hit(
    path('roles', accountId, roleName),
    roleName,
    accountName ? `${accountName} (${accountId})` : accountId,
  );

/** A cluster has no page of its own. Its changes say which roles it has used. */
export const clusterHit = (cluster: string, accountId?: string): Hit =>
  hit(`/history${stringifySearch({ cluster, accountId })}`, cluster, 'its changes');

export const changeHit = (change: Change): Hit =>
  hit(path('history', change.id), sentenceText(change), change.reason ?? '');

export const moreHit = (page: '/' | '/history', q: string, text: string): Hit =>
  hit(`${page}${stringifySearch({ q })}`, text);

export function targetHits(target: Target): Group {
  switch (target.kind) {
    case 'account':
      return { name: 'Account', hits: [accountHit(target.accountId, target.accountId)] };
    case 'role':
      return { name: 'Role', hits: [roleHit(target)] };
    case 'cluster': {
      const cluster = clusterHit(`${target.region}/${target.name}`, target.accountId);
      return { name: 'Cluster', hits: [cluster, accountHit(target.accountId, target.accountId)] };
    }
    case 'change':
      return { name: 'Change', hits: [hit(path('history', target.id), target.id)] };
  }
}
