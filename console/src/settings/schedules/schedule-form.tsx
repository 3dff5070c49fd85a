import { api, queries, type Shape } from '../../api.ts';
import { SelectionFields } from '../../sweeps/selection-fields.tsx';
import { useDraft } from '../../ui/form/draft.ts';
import { SelectField, TextArea, TextField } from '../../ui/form/field.tsx';
import style from '../../ui/form/form.module.css';
import { FormButtons, FormFault, KeptNote, useForm } from '../../ui/form/form.tsx';
import { Note } from '../../ui/note.tsx';
import { exactTime } from '../../ui/text/time.tsx';
import { cronInWords } from './cron.ts';
import { emptySchedule, readSchedule, type ScheduleDraft, scheduleFields } from './schedule-draft.ts';

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const zones = [...new Set(['UTC', here, ...Intl.supportedValuesOf('timeZone')])];

/** Stores a schedule. `current`: as it is now. */
export function ScheduleForm({
  current,
  onSaved,
  onCancel,
}: {
  current: ScheduleDraft | null;
  onSaved: (schedule: Shape<'Schedule'>) => void;
  onCancel: () => void;
}) {
  const [draft, change, forget, isKept] = useDraft(
    `schedule:${current?.name ?? ''}`,
    current ?? emptySchedule(here),
  );
  const form = useForm({
    fields: scheduleFields,
    draft,
    read: readSchedule,
    send: (input, dryRun) => api().putSchedule({ ...input, dryRun }),
    onSent: (schedule) => {
      forget();
      void queries.invalidateQueries({ queryKey: ['schedules'] });
      void queries.invalidateQueries({ queryKey: ['schedule', schedule.name] });
      onSaved(schedule);
    },
  });
  const text = (name: keyof ScheduleDraft, pointer: string) => ({
    value: draft[name],
    onChange: ({ target }: { target: { value: string } }) => change({ ...draft, [name]: target.value }),
    error: form.errorOf(pointer),
  });
  return (
    <form className={style.form} {...form.attributes}>
      <KeptNote isKept={isKept} onForget={forget} />
      <TextField
        label="Name"
        hint="Letters, digits, _ . and -, such as nightly"
        readOnly={current !== null}
        {...text('name', '/name')}
      />
      <TextField
        label="When"
        hint={`Cron: minute, hour, day of the month, month, day of the week. ${cronInWords(draft.cron) ?? ''}`}
        spellCheck={false}
        {...text('cron', '/cron')}
      />
      <SelectField
        label="Time zone"
        options={[...new Set([draft.timezone, ...zones])].map((zone) => [zone, zone] as const)}
        {...text('timezone', '/timezone')}
      />
      <SelectField
        label="What it checks"
        options={[
          ['CHECK', 'Execution roles'],
          ['READINESS', 'Clusters: can pods start on Fargate'],
        ]}
        {...text('operation', '/sweep/operation')}
      />
      <SelectionFields
        draft={draft}
        attributesOf={(name, pointer) => text(name, `/sweep/select${pointer}`)}
      />
      {draft.operation === 'CHECK' ? (
        <TextField
          label="Name of the role"
          hint="Empty: each execution role that is found"
          spellCheck={false}
          {...text('roleName', '/sweep/roleName')}
        />
      ) : (
        <TextArea
          label="Regions"
          hint="Such as us-west-2. Empty: those that the roles of an account name"
          rows={2}
          {...text('regions', '/sweep/regions')}
        />
      )}
      <TextArea
        label="Clusters"
        hint={
          draft.operation === 'CHECK'
            ? 'One a line: us-west-2/search. Empty: those that each role lists'
            : 'One a line: us-west-2/search. Empty: all'
        }
        rows={2}
        {...text('clusters', '/sweep/clusters')}
      />
      <TextField label="Reason" hint="Why, for the history" {...text('reason', '/sweep/reason')} />
      <FormFault fault={form.fault} />
      {form.attempted && (
        <Note look="good">
          <p role="status">
            Nothing is wrong, and nothing was stored yet. It would start next on{' '}
            {exactTime(form.attempted.nextAt)}.
          </p>
        </Note>
      )}
      <p>Its sweeps run in your name, with the groups that you have now.</p>
      <FormButtons
        form={form}
        onDiscard={() => {
          forget();
          onCancel();
        }}
      >
        {current ? 'Save the schedule' : 'Create the schedule'}
      </FormButtons>
    </form>
  );
}
