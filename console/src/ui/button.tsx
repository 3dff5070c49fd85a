import type { ComponentProps } from 'react';
import style from './button.module.css';

export type ButtonLook = 'normal' | 'primary' | 'danger' | 'plain' | 'small';

/** The classes of a button, for a link that looks like one. */
export const buttonClass = (look: ButtonLook = 'normal') =>
  look === 'normal' ? style.button : `${style.button} ${style[look]}`;

/** A button says what it does ("Add 2 clusters to the role"), never "OK". `busy`: it was pressed, and works. `small`: in a row of a table. */
export function Button({
  look,
  busy = false,
  className = '',
  onClick,
  ...rest
}: ComponentProps<'button'> & { look?: ButtonLook; busy?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(look)} ${className}`}
      // It keeps the focus, which a disabled button loses. A click does nothing, nor does Enter in its form.
      onClick={busy ? (event) => event.preventDefault() : onClick}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
    />
  );
}
