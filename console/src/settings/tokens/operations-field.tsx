import { useCaller } from '../../session/permitted.ts';
import { Checkbox } from '../../ui/form/field.tsx';
import { Note } from '../../ui/note.tsx';
import style from './operations-field.module.css';

/** Limits a token to some operations. Offers those that the caller may call. */
export function OperationsField({
  chosen,
  onChange,
  error,
}: {
  chosen: string[];
  onChange: (chosen: string[]) => void;
  error: string | undefined;
}) {
  const offered = [...new Set([...(useCaller()?.operations ?? []), ...chosen])].sort();
  const toggle = (operation: string) =>
    onChange(chosen.includes(operation) ? chosen.filter((one) => one !== operation) : [...chosen, operation]);
  return (
    <details className={style.details} open={error !== undefined || undefined}>
      <summary>
        Only these operations:{' '}
        {chosen.length > 0 ? `${chosen.length} chosen` : 'every one that its groups may'}
      </summary>
      {error && (
        <Note look="bad">
          <p>{error}</p>
        </Note>
      )}
      <fieldset className={style.operations}>
        <legend className="hidden">Operations</legend>
        {offered.map((operation) => (
          <Checkbox
            key={operation}
            label={operation}
            checked={chosen.includes(operation)}
            onChange={() => toggle(operation)}
          />
        ))}
      </fieldset>
    </details>
  );
}
