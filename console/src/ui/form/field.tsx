import { type ComponentProps, type ReactNode, useId } from 'react';
import style from './field.module.css';

interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** What is wrong with the value, in words. */
  error?: string | undefined;
}

function Field({
  label,
  hint,
  error,
  children,
}: FieldProps & { children: (attributes: object) => ReactNode }) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={style.field}>
      <label className={style.label} htmlFor={id}>
        {label}
      </label>
      {hint && (
        <span id={`${id}-hint`} className={style.hint}>
          {hint}
        </span>
      )}
      {children({
        id,
        className: style.input,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': described || undefined,
      })}
      {error && (
        <span id={`${id}-error`} className={style.error}>
          {error}
        </span>
      )}
    </div>
  );
}

export const TextField = ({ label, hint, error, ...rest }: FieldProps & ComponentProps<'input'>) => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) => <input {...attributes} {...rest} />}
  </Field>
);

export const TextArea = ({ label, hint, error, ...rest }: FieldProps & ComponentProps<'textarea'>) => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) => <textarea {...attributes} {...rest} />}
  </Field>
);

/** The browser's own list of choices: it opens at once, also on a telephone. */
export const SelectField = ({
  label,
  hint,
  error,
  options,
  ...rest
}: FieldProps & {
  options: readonly (readonly [value: string, text: string])[];
} & ComponentProps<'select'>) => (
  <Field label={label} hint={hint} error={error}>
    {(attributes) => (
      <select {...attributes} {...rest}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Field>
);

export const Checkbox = ({ label, ...rest }: { label: ReactNode } & ComponentProps<'input'>) => (
  <label className={style.check}>
    <input type="checkbox" {...rest} />
    <span>{label}</span>
  </label>
);
