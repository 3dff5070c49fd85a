import { api, queries, type Shape } from '../../api.ts';
import { useDraft } from '../../ui/form/draft.ts';
import { SelectField, TextArea, TextField } from '../../ui/form/field.tsx';
import style from '../../ui/form/form.module.css';
import { FormButtons, FormFault, KeptNote, useForm } from '../../ui/form/form.tsx';
import { Note } from '../../ui/note.tsx';
import { Facts } from '../../ui/text/facts.tsx';
import { type AccountDraft, accountFields, emptyAccount, partitions, readAccount } from './account-draft.ts';

/** Registers an account, or replaces a registration. `current`: as it is now. */
export function AccountForm({
  current,
  onSaved,
  onCancel,
}: {
  current: AccountDraft | null;
  onSaved: (account: Shape<'Account'>) => void;
  onCancel: () => void;
}) {
  const [draft, change, forget, isKept] = useDraft(
    `account:${current?.accountId ?? ''}`,
    current ?? emptyAccount,
  );
  const form = useForm({
    fields: accountFields,
    draft,
    read: readAccount,
    send: (input, dryRun) => api().putAccount({ ...input, dryRun }),
    onSent: (account) => {
      forget();
      void queries.invalidateQueries({ queryKey: ['accounts'] });
      void queries.invalidateQueries({ queryKey: ['account', account.accountId] });
      onSaved(account);
    },
  });
  const text = (name: keyof AccountDraft) => ({
    value: draft[name],
    onChange: ({ target }: { target: { value: string } }) => change({ ...draft, [name]: target.value }),
    error: form.errorOf(`/${name}`),
  });
  return (
    <form className={style.form} {...form.attributes}>
      <KeptNote isKept={isKept} onForget={forget} />
      <TextField
        label="Account ID"
        hint="12 digits"
        inputMode="numeric"
        autoComplete="off"
        readOnly={current !== null}
        {...text('accountId')}
      />
      <TextField label="Name" hint="How people call it, such as payments-prod" {...text('name')} />
      <TextArea
        label="Labels"
        hint="One a line: team=payments. Policies may permit by label: who changes labels decides who may act here."
        rows={4}
        {...text('labels')}
      />
      <SelectField
        label="Partition"
        options={partitions.map((one) => [one, one] as const)}
        {...text('partition')}
      />
      <TextField
        label="ARN of the member role"
        hint="The role that Rolewright assumes in this account. Empty: the default of the service."
        autoComplete="off"
        spellCheck={false}
        {...text('memberRoleArn')}
      />
      <TextField
        label="External ID"
        hint="What the member role asks for. Empty: the default of the service."
        autoComplete="off"
        spellCheck={false}
        {...text('externalId')}
      />
      <FormFault fault={form.fault} />
      {form.attempted && (
        <Note look="good">
          <p role="status">Nothing is wrong, and nothing was stored yet. These would be in force:</p>
          <Facts
            facts={[
              ['Member role', <code key="arn">{form.attempted.memberRoleArn}</code>],
              ['External ID', form.attempted.externalId ?? 'none'],
              ['Status', form.attempted.status],
            ]}
          />
        </Note>
      )}
      <FormButtons
        form={form}
        onDiscard={() => {
          forget();
          onCancel();
        }}
      >
        {current ? 'Save the account' : 'Register the account'}
      </FormButtons>
    </form>
  );
}
