import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useEffect, useMemo, useRef } from 'react';
import { Problem } from 'rolewright-client';
import { Button } from '../button.tsx';
import { FaultNote } from '../fault.tsx';
import { Note } from '../note.tsx';
import style from './form.module.css';
import { errorsByField, type FieldError } from './form-errors.ts';

/** What a form found wrong by itself, before it sent anything. */
class WrongFields extends Error {
  readonly errors: FieldError[];

  constructor(errors: FieldError[]) {
    super('fields are wrong');
    this.errors = errors;
  }
}

interface FormOptions<Draft, Input, Answer> {
  /** The fields, by their pointers into what is sent. */
  fields: readonly string[];
  draft: Draft;
  /** Reads what people wrote. */
  read: (draft: Draft) => { input: Input; errors: FieldError[] };
  send: (input: Input, dryRun: boolean) => Promise<Answer>;
  onSent: (answer: Answer) => void;
}

/**
 * A form: sends its draft, or tries it, and has the errors of each field. The first wrong field gets the focus.
 * `attributes` are those of the element `form`.
 */
export function useForm<Draft, Input, Answer>({
  fields,
  draft,
  read,
  send,
  onSent,
}: FormOptions<Draft, Input, Answer>) {
  const element = useRef<HTMLFormElement>(null);
  const mutation = useMutation({
    mutationFn: async ({ draft, dryRun }: { draft: Draft; dryRun: boolean }) => {
      const { input, errors } = read(draft);
      if (errors.length > 0) throw new WrongFields(errors);
      return await send(input, dryRun);
    },
    onSuccess: (answer, { dryRun }) => {
      if (!dryRun) onSent(answer);
    },
    // An answer may hold a secret.
    gcTime: 0,
  });
  const { error, data, variables, isPending } = mutation;
  const { byField, others } = useMemo(
    () => errorsByField(error instanceof Problem || error instanceof WrongFields ? error.errors : [], fields),
    [error, fields],
  );
  useEffect(() => {
    if (error) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  const isTried = mutation.isSuccess && variables?.dryRun === true && variables.draft === draft;
  return {
    attributes: {
      ref: element,
      noValidate: true,
      onSubmit: (event: SubmitEvent) => {
        event.preventDefault();
        mutation.mutate({ draft, dryRun: false });
      },
    },
    /** What is wrong with a field, in words. */
    errorOf: (field: string) => byField.get(field),
    /** Sends it as a dry run. */
    attempt: () => mutation.mutate({ draft, dryRun: true }),
    /** What the dry run of this very draft answered. */
    attempted: isTried ? (data ?? null) : null,
    isBusy: isPending,
    /** To be shown by FormFault. */
    fault: error && { error, count: byField.size, isShownAtFields: byField.size > 0 && others.length === 0 },
  };
}

/** Says what is wrong, over the buttons of a form. */
export function FormFault({ fault }: Pick<ReturnType<typeof useForm>, 'fault'>) {
  if (!fault) return null;
  if (!fault.isShownAtFields) return <FaultNote error={fault.error} />;
  return (
    <Note look="bad">
      <p role="alert">
        {fault.count === 1
          ? 'One field is wrong: it is marked.'
          : `${fault.count} fields are wrong: they are marked.`}{' '}
        Nothing was changed.
      </p>
    </Note>
  );
}

/** Says that the form has what somebody typed earlier, and not what is stored. */
export function KeptNote({ isKept, onForget }: { isKept: boolean; onForget: () => void }) {
  if (!isKept) return null;
  return (
    <Note>
      <p>This is what you typed before. It is not stored yet.</p>
      <Button onClick={onForget}>Start again</Button>
    </Note>
  );
}

/** Sends a form, tries it, or forgets what was typed. `children`: what sending it does, in words. */
export function FormButtons({
  form,
  onDiscard,
  children,
}: {
  form: Pick<ReturnType<typeof useForm>, 'isBusy' | 'attempt'>;
  onDiscard: () => void;
  children: string;
}) {
  return (
    <div className={style.buttons}>
      <Button type="submit" look="primary" busy={form.isBusy}>
        {children}
      </Button>
      <Button onClick={form.attempt} disabled={form.isBusy}>
        Dry run
      </Button>
      <Button look="plain" onClick={onDiscard}>
        Discard
      </Button>
    </div>
  );
}
