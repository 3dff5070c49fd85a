import { useNavigate, useSearch } from '@tanstack/react-router';
import { VerificationPanel } from '../audit/verification-panel.tsx';
import { Button } from '../ui/button.tsx';
import { keepFocus } from '../ui/keep-focus.ts';
import { Page } from '../ui/page.tsx';
import { ChangeList } from './change-list.tsx';
import { ExportButtons, ExportState, useExport } from './export/export.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filtersOf } from './filters.ts';
import style from './history.module.css';
import { useChanges } from './use-changes.ts';

export default function HistoryPage() {
  const navigate = useNavigate();
  const filters = filtersOf(useSearch({ strict: false }));
  const { pages, newCount, hasMoreNew, showNew } = useChanges(filters);
  const exporting = useExport(filters);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page title="History" actions={<ExportButtons exporting={exporting} />}>
      <VerificationPanel />
      <FilterBar
        filters={filters}
        onChange={(next) =>
          navigate({
            to: '/history',
            search: (before) => ({ ...before, ...next }),
            replace: 'q' in next,
            resetScroll: false,
          })
        }
      />
      <ExportState exporting={exporting} />
      <div className={style.status} role="status">
        {newCount > 0 && (
          <Button
            className={style.news}
            onClick={() => {
              window.scrollTo({ top: 0 });
              void showNew();
              keepFocus(() => document.querySelector<HTMLElement>('[data-index="0"] a'));
            }}
          >
            {newCount}
            {hasMoreNew ? ' or more' : ''} new {newCount === 1 ? 'change' : 'changes'}: show
          </Button>
        )}
      </div>
      <ChangeList
        what="the changes"
        pages={pages}
        empty={
          isFiltered
            ? 'No change fits these filters. Words are found whole: CHG-1042 or 1042, not CHG-104.'
            : 'Nothing has been changed yet. Each attempt to change a role will be here.'
        }
      />
    </Page>
  );
}
