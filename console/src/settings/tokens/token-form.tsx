import { api, queries, type Shape } from '../../api.ts';
import { useDraft } from '../../ui/form/draft.ts';
import { SelectField, TextArea, TextField } from '../../ui/form/field.tsx';
import style from '../../ui/form/form.module.css';
import { FormButtons, FormFault, KeptNote, useForm } from '../../ui/form/form.tsx';
import { Note } from '../../ui/note.tsx';
import { exactTime } from '../../ui/text/time.tsx';
import { OperationsField } from './operations-field.tsx';
import { emptyToken, readToken, type TokenDraft, tokenFields } from './token-draft.ts';

/** Creates a service token. Its secret goes to `onCreated` alone, and is kept nowhere. */
export function TokenForm({
  onCreated,
  onCancel,
}: {
  onCreated: (created: Shape<'CreatedServiceToken'>) => void;
  onCancel: () => void;
}) {
  const [draft, change, forget, isKept] = useDraft('service-token', emptyToken);
  const form = useForm({
    fields: tokenFields,
    draft,
    read: (draft) => readToken(draft, Date.now()),
    send: (input, dryRun) => api().createServiceToken({ ...input, dryRun }),
    onSent: (created) => {
      forget();
      void queries.invalidateQueries({ queryKey: ['service-tokens'] });
      onCreated(created);
    },
  });
  const text = (name: Exclude<keyof TokenDraft, 'operations'>, pointer: string) => ({
    value: draft[name],
    onChange: ({ target }: { target: { value: string } }) => change({ ...draft, [name]: target.value }),
    error: form.errorOf(pointer),
  });
  return (
    <form className={style.form} {...form.attributes}>
      <KeptNote isKept={isKept} onForget={forget} />
      <TextField
        label="Name"
        hint="Small letters, digits, . _ and -, such as terraform-payments. A name is used once, and never again."
        autoComplete="off"
        {...text('name', '/name')}
      />
      <TextArea
        label="Groups"
        hint="One a line, such as rolewright-viewers. The policies permit by them."
        rows={3}
        {...text('groups', '/groups')}
      />
      <SelectField
        label="Expires"
        options={[
          ['7', 'in 7 days'],
          ['30', 'in 30 days'],
          ['90', 'in 90 days'],
          ['180', 'in 180 days'],
          ['365', 'in a year'],
        ]}
        {...text('days', '/expiresAt')}
      />
      <TextArea
        label="Only these accounts"
        hint="Account IDs. Empty: every account that its groups may use"
        rows={2}
        {...text('accountIds', '/accountIds')}
      />
      <OperationsField
        chosen={draft.operations}
        onChange={(operations) => change({ ...draft, operations })}
        error={form.errorOf('/operations')}
      />
      <FormFault fault={form.fault} />
      {form.attempted && (
        <Note look="good">
          <p role="status">
            Nothing is wrong, and nothing was created yet. The name is free. It would expire on{' '}
            {exactTime(form.attempted.serviceToken.expiresAt)}.
          </p>
        </Note>
      )}
      <FormButtons
        form={form}
        onDiscard={() => {
          forget();
          onCancel();
        }}
      >
        Create the token
      </FormButtons>
    </form>
  );
}
