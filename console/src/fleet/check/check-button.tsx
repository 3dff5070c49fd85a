import { lazy, Suspense, useState } from 'react';
import { usePermitted } from '../../session/permitted.ts';
import { Button } from '../../ui/button.tsx';
import type { Fleet } from '../use-fleet.ts';

const CheckDrawer = lazy(() => import('./check-drawer.tsx'));

/** Starts a sweep over what is filtered, for those who may. */
export function CheckButton({ fleet }: { fleet: Fleet }) {
  const [isOpen, setOpen] = useState(false);
  if (!usePermitted()('startSweep')) return null;
  const isFiltered = fleet.verdict !== undefined || Object.keys(fleet.filters).length > 0;
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        {isFiltered ? 'Check these …' : 'Check all …'}
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <CheckDrawer fleet={fleet} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
