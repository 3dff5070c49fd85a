import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense } from 'react';
import { one, type Search } from '../app/search.ts';

const Drawer = lazy(() => import('../ui/dialog/drawer.tsx'));

/** What is being edited stands in the address: `?new=1`, or `?edit=NAME`. */
export function useEditing() {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const { edit: _edit, new: _new, ...rest } = search;
  return {
    isNew: one(search, 'new') !== undefined,
    edited: one(search, 'edit'),
    close: () => void navigate({ to: '.', search: rest }),
  };
}

export function EditDrawer({ title, children }: { title: string; children: ReactNode }) {
  const { close } = useEditing();
  return (
    <Suspense fallback={null}>
      <Drawer title={title} onClose={close} isNarrow>
        {children}
      </Drawer>
    </Suspense>
  );
}
