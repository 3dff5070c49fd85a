import { api, queries, type Shape } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { useDraft } from '../ui/form/draft.ts';
import { SelectField, TextArea, TextField } from '../ui/form/field.tsx';
import style from '../ui/form/form.module.css';
import { FormFault, useForm } from '../ui/form/form.tsx';
import { SelectionFields } from './selection-fields.tsx';
import { emptySweep, readSweep, type SweepDraft, sweepFields } from './sweep-draft.ts';

const buttons = {
  CHECK: 'Check the roles',
  READINESS: 'Check the clusters',
  EXTEND: 'Try it: dry run',
} as const;

/** Starts a sweep. An extension begins with a dry run, whose page offers the real one. */
export function SweepForm({
  mayExtend,
  onStarted,
}: {
  mayExtend: boolean;
  onStarted: (sweep: Shape<'Sweep'>) => void;
}) {
  const [draft, change, forget] = useDraft('sweep', emptySweep);
  const form = useForm({
    fields: sweepFields,
    draft,
    read: readSweep,
    send: (input) => api().startSweep(input),
    onSent: (sweep) => {
      forget();
      void queries.invalidateQueries({ queryKey: ['sweeps'] });
      onStarted(sweep);
    },
  });
  const text = (name: keyof SweepDraft, pointer: string) => ({
    value: draft[name],
    onChange: ({ target }: { target: { value: string } }) => change({ ...draft, [name]: target.value }),
    error: form.errorOf(pointer),
  });
  const { operation } = draft;
  return (
    <form className={style.form} {...form.attributes}>
      <SelectField
        label="What to do"
        options={[
          ['CHECK', 'Check execution roles'],
          ...(mayExtend ? [['EXTEND', 'Add clusters to execution roles'] as const] : []),
          ['READINESS', 'Check clusters: can pods start on Fargate'],
        ]}
        {...text('operation', '/operation')}
      />
      <SelectionFields draft={draft} attributesOf={(name, pointer) => text(name, `/select${pointer}`)} />
      {operation === 'READINESS' ? (
        <TextArea
          label="Regions"
          hint="Such as us-west-2. Empty: those that the roles of an account name"
          rows={2}
          {...text('regions', '/regions')}
        />
      ) : (
        <TextField
          label="Name of the role"
          hint="Empty: each execution role that is found"
          spellCheck={false}
          {...text('roleName', '/roleName')}
        />
      )}
      <TextArea
        label="Clusters"
        hint={`One a line: us-west-2/search, or its ARN.${
          operation === 'CHECK'
            ? ' Empty: those that each role lists'
            : operation === 'READINESS'
              ? ' Empty: all'
              : ''
        }`}
        rows={3}
        {...text('clusters', '/clusters')}
      />
      <TextField label="Reason" hint="Why, such as a ticket" {...text('reason', '/reason')} />
      <FormFault fault={form.fault} />
      {operation === 'EXTEND' && (
        <p>The dry run writes nothing. Its results show what would change, and offer to do it.</p>
      )}
      <div className={style.buttons}>
        <Button type="submit" look="primary" busy={form.isBusy}>
          {buttons[operation]}
        </Button>
        <Button look="plain" onClick={forget}>
          Clear the form
        </Button>
      </div>
    </form>
  );
}
