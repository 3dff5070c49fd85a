import { useMemo, useState } from 'react';
import type { Shape } from '../api.ts';
import type { Search } from '../app/search.ts';
import { Time } from '../ui/text/time.tsx';
import { VerdictMark } from '../ui/text/verdict.tsx';
import { FindingList } from './findings/finding-list.tsx';
import { verdictWhy } from './findings/verdict-why.ts';
import { LinesTable } from './lines/lines-table.tsx';
import { RoleFacts } from './role-facts.tsx';
import style from './roles.module.css';
import { writeJson } from './trust/json-lines.ts';
import { TrustView } from './trust/trust-view.tsx';

/** What a check of a role found. */
export function RoleReport({
  role,
  checkedAt,
  show,
  isPermitted,
}: {
  role: Shape<'ExecutionRole'>;
  /** Milliseconds since 1970. */
  checkedAt: number;
  show: (change: Search) => void;
  isPermitted: (operation: string) => boolean;
}) {
  const text = useMemo(() => writeJson(role.trust.document), [role.trust.document]);
  const [pointer, setPointer] = useState<string | null>(null);
  return (
    <>
      <p className={style.verdict}>
        <span>
          <VerdictMark verdict={role.verdict} />: {verdictWhy(role)}
        </span>{' '}
        <span className={style.quiet}>
          Checked <Time at={new Date(checkedAt).toISOString()} />.
        </span>
      </p>
      <div className={style.columns}>
        <div className={style.column}>
          <section className={style.part} aria-labelledby="findings">
            <h2 id="findings">Findings</h2>
            <FindingList role={role} text={text} onPoint={setPointer} show={show} isPermitted={isPermitted} />
          </section>
          <LinesTable role={role} isPermitted={isPermitted} />
        </div>
        <div className={style.column}>
          <section className={style.part} aria-labelledby="trust">
            <h2 id="trust">Trust policy</h2>
            <TrustView text={text} findings={role.findings} pointer={pointer} />
          </section>
          <RoleFacts role={role} />
        </div>
      </div>
    </>
  );
}
