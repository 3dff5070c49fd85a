import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Problem } from 'rolewright-client';
import type { Shape } from '../api.ts';
import { useDraft } from '../ui/form/draft.ts';
import { isResumable, keepsKey, type MendDraft, requestOf, startDraft } from './draft.ts';
import { hasClusterStep, type Operation } from './operation.ts';
import { perform } from './perform.ts';

// A write is sent by a query, whose key is the key of the request: clicks and reloads find the same answer. Nothing
// but the person sends it again.
const never = {
  retry: false,
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnMount: false,
  refetchOnReconnect: false,
  refetchOnWindowFocus: false,
  retryOnMount: false,
} as const;

/** The state of a change: what was chosen, its plan, and its answer. */
export function useMend(operation: Operation) {
  const cache = useQueryClient();
  const [draft, setDraft, forget] = useDraft<MendDraft>(
    `mend:${JSON.stringify(operation)}`,
    startDraft(operation),
  );
  const change = (next: Partial<MendDraft>) => setDraft({ ...draft, ...next });
  const request = requestOf(operation, draft);
  const { sent } = draft;
  // Rises with each new review of the same request.
  const [round, setRound] = useState(0);
  /** The losses that were ticked. Each review begins without. */
  const [agreed, setAgreed] = useState<string[]>([]);
  const [failure, setFailure] = useState<unknown>(null);
  /** The trust policy that was reviewed before somebody else changed it. */
  const [reviewed, setReviewed] = useState<unknown>(null);

  const plan = useQuery({
    ...never,
    queryKey: ['plan', request, round],
    queryFn: ({ signal }) => perform(request, { dryRun: true }, signal),
    enabled: draft.isReviewing && sent === null,
    gcTime: 0,
    refetchOnMount: true,
  });

  // What was sent in this visit of the page, or a moment ago, is asked for. What is older waits for the person.
  const [isAsked, setAsked] = useState(() => sent !== null && isResumable(sent, Date.now()));
  const answer = useQuery({
    ...never,
    queryKey: ['apply', sent?.key ?? null],
    queryFn: async () => {
      const { etag = null, key = '' } = sent ?? {};
      const done = await perform(request, {
        ifMatch: etag ?? undefined,
        idempotencyKey: key,
        reason: draft.reason.trim() || undefined,
      });
      const others = (name: unknown) => name !== 'plan' && name !== 'apply';
      void cache.invalidateQueries({ predicate: ({ queryKey }) => others(queryKey[0]) });
      return done;
    },
    enabled: sent !== null && isAsked,
  });

  // A change that was refused is reviewed again, under another key.
  const { error } = answer;
  const isOver = sent !== null && error !== null && !answer.isFetching && !keepsKey(error as object);
  useEffect(() => {
    if (!isOver) return;
    setFailure(error);
    setDraft({ ...draft, sent: null });
    setAgreed([]);
    setRound((before) => before + 1);
  }, [isOver, error, draft, setDraft]);

  // The clusters are wrong: their step shows where.
  const isMisread =
    draft.isReviewing &&
    hasClusterStep(operation) &&
    !plan.isFetching &&
    plan.error instanceof Problem &&
    plan.error.code === 'INVALID_INPUT';
  useEffect(() => {
    if (isMisread) setDraft({ ...draft, isReviewing: false });
  }, [isMisread, draft, setDraft]);

  const review = (next: Partial<MendDraft> = {}) => {
    setFailure(null);
    setReviewed(null);
    setRound((before) => before + 1);
    setAgreed([]);
    change({ isReviewing: true, ...next });
  };
  const apply = (result: Shape<'WriteResult'>) => {
    setFailure(null);
    setReviewed(result.plan.before?.trust ?? null);
    setAsked(true);
    change({ sent: { key: result.plan.id, etag: result.report.etag, at: Date.now() } });
  };
  const isChanged = failure instanceof Problem && failure.code === 'ROLE_CHANGED';
  return {
    draft,
    change,
    forget,
    request,
    plan,
    round,
    agreed,
    setAgreed,
    answer,
    review,
    apply,
    /** Asks for the answer to what was sent, by the same request. */
    ask: () => (isAsked ? void answer.refetch() : setAsked(true)),
    isAsked,
    /** Why the change was refused when it was applied. */
    failure,
    /** The trust policy that was reviewed, where somebody has changed it since. */
    reviewed: isChanged ? reviewed : null,
  };
}

export type MendState = ReturnType<typeof useMend>;
