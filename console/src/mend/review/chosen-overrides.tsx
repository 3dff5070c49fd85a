import { Checkbox } from '../../ui/form/field.tsx';
import { overrideStatement } from '../refusals.ts';
import type { MendState } from '../use-mend.ts';

/** The refusals that somebody chose to override. Each can be taken back. */
export function ChosenOverrides({ mend }: { mend: MendState }) {
  const { overrides } = mend.draft;
  if (overrides.length === 0) return null;
  return (
    <div>
      {overrides.map((code) => (
        <Checkbox
          key={code}
          checked
          onChange={() => mend.review({ overrides: overrides.filter((one) => one !== code) })}
          label={overrideStatement(code, undefined)}
        />
      ))}
    </div>
  );
}
