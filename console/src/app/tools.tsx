import { lazy, Suspense, useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { useShortcut } from '../ui/shortcuts.ts';
import style from './tools.module.css';

// The first view does without them.
const Badge = lazy(() => import('../audit/badge.tsx'));
const loadPalette = () => import('../search/palette.tsx');
const Palette = lazy(loadPalette);
const Shortcuts = lazy(() => import('./shortcuts-dialog.tsx'));

const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** What stands at the right of the header: the search, and how far the log is verified. */
export function Tools() {
  const [open, setOpen] = useState<'search' | 'shortcuts' | null>(null);
  const search = () => setOpen('search');
  const close = () => setOpen(null);
  useShortcut('/', open === null ? search : undefined);
  useShortcut('?', open === null ? () => setOpen('shortcuts') : undefined);
  useEffect(() => {
    // Also while somebody types in a field. Not over a dialog: one is open at a time.
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || event.shiftKey || event.altKey) return;
      if (
        !(event.metaKey || event.ctrlKey) ||
        document.querySelector('[role="dialog"], [role="alertdialog"]')
      )
        return;
      event.preventDefault();
      setOpen('search');
    };
    document.addEventListener('keydown', onKey);
    // Whoever opens the search types at once. After the first view, and where it fails, opening it says so.
    const timer = setTimeout(() => loadPalette().catch(() => {}), 3000);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  return (
    <>
      <Button look="plain" onClick={search} aria-keyshortcuts="/ Control+K Meta+K">
        Search <kbd className={style.key}>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
      </Button>
      <Button look="plain" onClick={() => setOpen('shortcuts')} aria-keyshortcuts="?">
        <span aria-hidden="true">?</span>
        <span className="hidden">Keyboard shortcuts</span>
      </Button>
      <Suspense fallback={null}>
        <Badge />
      </Suspense>
      <Suspense fallback={null}>
        {open === 'search' && <Palette onClose={close} />}
        {open === 'shortcuts' && <Shortcuts onClose={close} />}
      </Suspense>
    </>
  );
}
