import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { usePermitted } from '../session/permitted.ts';
import { targetOf } from './direct.ts';
import { findChanges, findLabelled, findRoles } from './find.ts';
import { accountHit, changeHit, clusterHit, type Group, moreHit, roleHit, targetHits } from './hits.ts';

const waitMs = 200;

/** What the service finds for a text that is being typed. A request is given up when typing goes on. */
export function useFound(text: string) {
  const [q, setQ] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim().slice(0, 200)), waitMs);
    return () => clearTimeout(timer);
  }, [text]);
  const isPermitted = usePermitted();
  const target = targetOf(text);
  const isLabel = /^[A-Za-z0-9][\w./-]*=/.test(q);
  const isAsked = target === null && q.length >= 2;
  const find = <T>(what: string, isOn: boolean, ask: (q: string, signal: AbortSignal) => Promise<T>) =>
    // biome-ignore lint/correctness/useHookAtTopLevel: called the same times at each rendering
    useQuery({
      queryKey: ['search', what, q],
      queryFn: ({ signal }) => ask(q, signal),
      enabled: isAsked && isOn,
      placeholderData: keepPreviousData,
    });
  const roles = find(
    'roles',
    isPermitted('posture') && isPermitted('postureAccounts') && !isLabel,
    findRoles,
  );
  const labelled = find('labelled', isPermitted('accounts') && isLabel, findLabelled);
  // The history finds words, and of punctuation alone there are none.
  const changes = find('changes', isPermitted('changes') && /[\p{L}\p{N}]/u.test(q), findChanges);

  if (target) return { groups: [targetHits(target)], isSettled: true, error: null };
  const accounts = labelled.data ?? roles.data?.accounts ?? [];
  const groups: Group[] = isAsked
    ? [
        { name: 'Accounts', hits: accounts.map(({ accountId, name }) => accountHit(accountId, name)) },
        {
          name: 'Roles',
          hits: [
            ...(roles.data?.roles ?? []).map(roleHit),
            ...more(roles.data && roles.data.total > roles.data.roles.length, () =>
              moreHit('/', q, `All ${roles.data?.total} roles`),
            ),
          ],
        },
        { name: 'Clusters', hits: (changes.data?.clusters ?? []).map((cluster) => clusterHit(cluster)) },
        {
          name: 'Changes',
          hits: [
            ...(changes.data?.changes ?? []).map(changeHit),
            ...more(changes.data?.hasMore, () => moreHit('/history', q, 'All changes with these words')),
          ],
        },
      ]
    : [];
  return {
    groups: groups.filter(({ hits }) => hits.length > 0),
    isSettled:
      isAsked &&
      text.trim().slice(0, 200) === q &&
      ![roles, labelled, changes].some(({ isFetching }) => isFetching),
    error: roles.error ?? labelled.error ?? changes.error,
  };
}

const more = <T>(isMore: boolean | undefined, make: () => T): T[] => (isMore ? [make()] : []);
