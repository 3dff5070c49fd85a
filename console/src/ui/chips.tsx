import style from './chips.module.css';

export interface Chip {
  /** What is filtered: "Account". */
  label: string;
  value: string;
  onRemove: () => void;
}

/** The filters that are set, each with a button that removes it. Nothing when there is none. */
export function Chips({ chips, onClear }: { chips: Chip[]; onClear: () => void }) {
  if (chips.length === 0) return null;
  return (
    <ul className={style.chips} aria-label="Filters">
      {chips.map(({ label, value, onRemove }) => (
        <li key={`${label} ${value}`} className={style.chip}>
          <span className={style.text} title={value}>
            <span className={style.label}>{label}:</span> {value}
          </span>
          <button type="button" className={style.remove} onClick={onRemove}>
            <span aria-hidden="true">✕</span>
            <span className="hidden">
              Remove the filter {label}: {value}
            </span>
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button type="button" className={style.clear} onClick={onClear}>
            Remove all filters
          </button>
        </li>
      )}
    </ul>
  );
}
