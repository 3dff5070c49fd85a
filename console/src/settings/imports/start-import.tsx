import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { useDraft } from '../../ui/draft.ts';
import { FaultNote } from '../../ui/fault.tsx';

/** Starts an import, and goes to its page. The API lists no imports: this tab remembers the last one. */
export function useStartImport() {
  const navigate = useNavigate();
  const [last, remember] = useDraft<string | null>('last-import', null);
  const starting = useMutation({
    mutationFn: (dryRun: boolean) => api().importAccounts({ dryRun }),
    onSuccess: ({ id }) => {
      remember(id);
      void navigate({ to: '/settings/imports/$importId', params: { importId: id } });
    },
  });
  return { starting, last };
}

/** The first step is a dry run. Its page has the second. */
export function StartImport() {
  const { starting, last } = useStartImport();
  return (
    <>
      {last !== null && (
        <Link to="/settings/imports/$importId" params={{ importId: last }}>
          Last import
        </Link>
      )}
      <Button onClick={() => starting.mutate(true)} busy={starting.isPending}>
        Preview an import
      </Button>
      {starting.error && <FaultNote error={starting.error} />}
    </>
  );
}
