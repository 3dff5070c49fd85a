import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/**
 * Another page is no new document. Its title is announced, as that of a document would be, and the focus is not lost
 * with a link that is gone.
 */
export function PageChange() {
  const router = useRouter();
  const [title, setTitle] = useState('');
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        setTitle(document.title);
        if (document.activeElement === document.body)
          document.getElementById('content')?.focus({ preventScroll: true });
      }),
    [router],
  );
  return (
    <div className="hidden" role="status">
      {title}
    </div>
  );
}
