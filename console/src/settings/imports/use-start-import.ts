import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api.ts';
import { useDraft } from '../../ui/form/draft.ts';

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
