import { lazy, Suspense } from 'react';
import { Loading } from '../../ui/loading.tsx';
import { Note } from '../../ui/note.tsx';

const Diff = lazy(() => import('../../ui/diff/diff.tsx'));
const pretty = (value: unknown) => JSON.stringify(value, null, 2);

/** Somebody changed the role after it was reviewed. `before`: the trust policy that was reviewed. */
export function RoleChanged({ before, after }: { before: unknown; after: unknown }) {
  return (
    <div role="alert">
      <Note look="warning">
        <p>Somebody changed this role while you were reading. Here is what changed; review again.</p>
        {before !== null && after !== undefined && (
          <Suspense fallback={<Loading what="the difference" lines={4} />}>
            <Diff before={pretty(before)} after={pretty(after)} />
          </Suspense>
        )}
      </Note>
    </div>
  );
}
