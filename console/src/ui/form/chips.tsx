import { useRef } from 'react';
import { keepFocus } from '../keep-focus.ts';
import style from './chips.module.css';

export interface Chip {
  /** What is filtered: "Account". */
  label: string;
  value: string;
  onRemove: () => void;
}

/** The filters that are set, each with a button that removes it. Nothing when there is none. */
export function Chips({ chips, onClear }: { chips: Chip[]; onClear: () => void }) {
  const list = useRef<HTMLUListElement>(null);
  // The button goes with its filter. The focus goes on to the next one, or to the heading of the page.
  const remove = (onRemove: () => void, index: number) => {
    onRemove();
    keepFocus(() => {
      const buttons = list.current?.querySelectorAll('button') ?? [];
      return buttons[Math.min(index, buttons.length - 1)];
    });
  };
  if (chips.length === 0) return null;
  return (
    <ul ref={list} className={style.chips} aria-label="Filters">
      {chips.map(({ label, value, onRemove }, index) => (
        <li key={`${label} ${value}`} className={style.chip}>
          <span className={style.text} title={value}>
            <span className={style.label}>{label}:</span> {value}
          </span>
          <button type="button" className={style.remove} onClick={() => remove(onRemove, index)}>
            <span aria-hidden="true">✕</span>
            <span className="hidden">
              Remove the filter {label}: {value}
            </span>
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button type="button" className={style.clear} onClick={() => remove(onClear, 0)}>
            Remove all filters
          </button>
        </li>
      )}
    </ul>
  );
}
