import { useMemo } from 'react';
import type { Shape } from '../../api.ts';
import { hangingIndent } from '../../ui/diff/hanging-indent.ts';
import { findPlace, type JsonText, type LineRange } from './json-lines.ts';
import style from './trust-view.module.css';

type Severity = Shape<'Severity'>;
const order: Severity[] = ['INFO', 'WARNING', 'ERROR'];
const looks = { ERROR: style.error, WARNING: style.warning, INFO: style.info };

/**
 * The trust policy, with line numbers. Lines of findings have a mark at their side. `pointer`: the place to highlight.
 */
export function TrustView({
  text,
  findings,
  pointer,
}: {
  text: JsonText;
  findings: Shape<'Finding'>[];
  pointer: string | null;
}) {
  const marks = useMemo(() => {
    const found = new Map<number, Severity>();
    for (const severity of order)
      for (const finding of findings)
        if (finding.severity === severity)
          for (const line of linesOf(findPlace(text, finding.pointer))) found.set(line, severity);
    return found;
  }, [text, findings]);
  const place = findPlace(text, pointer);
  return (
    <div className={style.view}>
      {text.lines.map((line, index) => {
        const number = index + 1;
        const mark = marks.get(number);
        const isChosen = place !== null && number >= place.from && number <= place.to;
        return (
          <div
            key={number}
            id={`trust-line-${number}`}
            className={`${style.line} ${mark ? looks[mark] : ''} ${isChosen ? style.chosen : ''}`}
          >
            <span className={style.number} aria-hidden="true">
              {number}
            </span>
            <code style={hangingIndent(line)}>{line}</code>
          </div>
        );
      })}
    </div>
  );
}

/** Brings a line of the trust policy into the page. */
export const revealLine = (line: number): void =>
  document.getElementById(`trust-line-${line}`)?.scrollIntoView({ block: 'center' });

const linesOf = (place: LineRange | null): number[] =>
  place ? Array.from({ length: place.to - place.from + 1 }, (_, index) => place.from + index) : [];
