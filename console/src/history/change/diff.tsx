import { lazy, Suspense } from 'react';
import { Loading } from '../../ui/loading.tsx';
import type { Change } from '../sentence.ts';
import style from './change.module.css';
import { Part } from './part.tsx';

const Diff = lazy(() => import('../../ui/diff/diff.tsx'));

const textOf = (value: unknown) => (value == null ? '' : JSON.stringify(value, null, 2));

/** The role before and after: its trust policy, and what else differs. */
export function ChangeDiff({ change: { before, after, outcome } }: { change: Change }) {
  const parts = [
    ['Trust policy', textOf(before?.trust), textOf(after?.trust)],
    ['Attached policies', textOf(before?.policies), textOf(after?.policies)],
    ['Tags', textOf(before?.tags), textOf(after?.tags)],
  ] as const;
  const changed = parts.filter(([, one, other]) => one !== other);
  if (changed.length === 0)
    return (
      <Part title="Before and after">
        <p className={style.quiet}>The role stays as it was.</p>
      </Part>
    );
  return changed.map(([title, one, other]) => (
    <Part key={title} title={title}>
      {outcome === 'UNKNOWN' && <p className={style.quiet}>“After” is what was planned.</p>}
      <Suspense fallback={<Loading what="the difference" lines={8} />}>
        <Diff before={one} after={other} />
      </Suspense>
    </Part>
  ));
}
