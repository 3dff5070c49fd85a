import type { Shape } from '../../api.ts';
import type { Search } from '../../app/search.ts';
import { permissions, searchOf } from '../../mend/operation.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import style from '../roles.module.css';
import { findPlace, type JsonText } from '../trust/json-lines.ts';
import { revealLine } from '../trust/trust-view.tsx';
import { readRemedy, remedyLabel } from './remedy.ts';
import { SeverityMark } from './severity.tsx';

/**
 * What the check found, the heaviest first. `onPoint` is told the place of the finding that is looked at, or null.
 */
export function FindingList({
  role,
  text,
  onPoint,
  show,
  isPermitted,
}: {
  role: Shape<'ExecutionRole'>;
  text: JsonText;
  onPoint: (pointer: string | null) => void;
  show: (change: Search) => void;
  isPermitted: (operation: string) => boolean;
}) {
  if (role.findings.length === 0)
    return (
      <Note look="good">
        <p>Nothing to mend.</p>
      </Note>
    );
  return (
    <ul className={style.findings}>
      {sortBySeverity(role.findings).map((finding) => {
        const { text: remedy, operation } = readRemedy(finding, role.clusters);
        const place = findPlace(text, finding.pointer);
        return (
          <li
            key={finding.code + finding.pointer + finding.message}
            className={style.finding}
            onMouseEnter={() => onPoint(finding.pointer)}
            onMouseLeave={() => onPoint(null)}
            onFocus={() => onPoint(finding.pointer)}
            onBlur={() => onPoint(null)}
          >
            <div className={style.findingHead}>
              <SeverityMark severity={finding.severity} />
              <code className={style.quiet}>{finding.code}</code>
              {place && (
                <button type="button" className={style.place} onClick={() => revealLine(place.from)}>
                  {place.from === place.to ? `Line ${place.from}` : `Lines ${place.from} to ${place.to}`}
                </button>
              )}
            </div>
            <p className={style.breaking}>{finding.message}</p>
            <p className={`${style.quiet} ${style.breaking}`}>{remedy}</p>
            {operation && isPermitted(permissions[operation.kind]) && (
              <div>
                <Button onClick={() => show(searchOf(operation))}>{remedyLabel(operation)}</Button>
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const severities = ['ERROR', 'WARNING', 'INFO'];
const sortBySeverity = (findings: Shape<'Finding'>[]) =>
  findings.toSorted((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
