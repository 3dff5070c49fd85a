import { SelectField, TextArea } from '../ui/form/field.tsx';
import type { SweepDraft } from './sweep-draft.ts';

type Name = 'accounts' | 'labels' | 'accountIds';

/** The accounts of a sweep. `attributesOf`: the value and the error of a field, by its pointer below the selection. */
export function SelectionFields({
  draft,
  attributesOf,
}: {
  draft: Pick<SweepDraft, Name>;
  attributesOf: (
    name: Name,
    pointer: string,
  ) => {
    value: string;
    onChange: (event: { target: { value: string } }) => void;
    error: string | undefined;
  };
}) {
  return (
    <>
      <SelectField
        label="Accounts"
        options={[
          ['all', 'Every account'],
          ['labels', 'Accounts with certain labels'],
          ['accountIds', 'Certain accounts'],
        ]}
        {...attributesOf('accounts', '')}
      />
      {draft.accounts === 'labels' && (
        <TextArea
          label="Labels"
          hint="One a line: team=payments. All of them must match."
          rows={3}
          {...attributesOf('labels', '/labels')}
        />
      )}
      {draft.accounts === 'accountIds' && (
        <TextArea
          label="Account IDs"
          hint="With spaces, commas or lines between them"
          rows={3}
          {...attributesOf('accountIds', '/accountIds')}
        />
      )}
    </>
  );
}
