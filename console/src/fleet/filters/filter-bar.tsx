import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Search } from '../../app/search.ts';
import { Chips } from '../../ui/form/chips.tsx';
import { WordsField } from '../../ui/form/words-field.tsx';
import { exactTime, Time } from '../../ui/text/time.tsx';
import { verdicts } from '../../ui/text/verdict.tsx';
import style from '../fleet.module.css';
import type { Fleet } from '../use-fleet.ts';
import { codeText } from '../words.ts';
import { noFilters } from './filters.ts';

const MoreFilters = lazy(() => import('./more-filters.tsx'));

/** What the fleet is filtered by. It stands in the page's address. */
export function FilterBar({
  filters,
  verdict,
  oldestCheckAt,
  isLoading,
}: Fleet & { oldestCheckAt: string | null; isLoading: boolean }) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const change = (next: Search, replace = false) =>
    void navigate({ to: '/', search: (before) => ({ ...before, ...next }), replace });
  const { q, label = [], finding, changedSince } = filters;
  const chips = [
    ...(q ? [{ label: 'Words', value: q, onRemove: () => change({ q: undefined }) }] : []),
    ...label.map((value) => ({
      label: 'Label',
      value,
      onRemove: () => change({ label: label.filter((other) => other !== value) }),
    })),
    ...(verdict
      ? [
          {
            label: 'Verdict',
            value: verdicts[verdict].word,
            onRemove: () => change({ verdict: undefined }),
          },
        ]
      : []),
    ...(finding
      ? [{ label: 'Finding', value: codeText(finding), onRemove: () => change({ finding: undefined }) }]
      : []),
    ...(changedSince
      ? [
          {
            label: 'Changed since',
            value: exactTime(changedSince),
            onRemove: () => change({ changedSince: undefined }),
          },
        ]
      : []),
  ];
  return (
    <>
      <search className={style.filters}>
        <WordsField
          label="Search"
          placeholder="Account, ID or role"
          value={q ?? ''}
          onChange={(words) => change({ q: words || undefined }, true)}
        />
        <details className={style.more} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>More filters</summary>
          {isOpen && (
            <Suspense fallback={null}>
              <MoreFilters filters={filters} verdict={verdict} onChange={change} />
            </Suspense>
          )}
        </details>
        <p className={style.age} role="status">
          {isLoading
            ? 'Loading …'
            : oldestCheckAt && (
                <>
                  Oldest check: <Time at={oldestCheckAt} />
                </>
              )}
        </p>
      </search>
      <Chips chips={chips} onClear={() => change(noFilters)} />
    </>
  );
}
