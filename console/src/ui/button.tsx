import type { ComponentProps } from 'react';
import style from './button.module.css';

export type ButtonLook = 'normal' | 'primary' | 'danger' | 'plain';

/** The classes of a button, for a link that looks like one. */
export const buttonClass = (look: ButtonLook = 'normal') =>
  look === 'normal' ? style.button : `${style.button} ${style[look]}`;

/** A button says what it does ("Add 2 clusters to the role"), never "OK". `busy`: it was pressed, and works. `isSmall`: in a row of a table. */
export function Button({
  look,
  busy = false,
  isSmall = false,
  className = '',
  disabled,
  ...rest
}: ComponentProps<'button'> & { look?: ButtonLook; busy?: boolean; isSmall?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClass(look)} ${isSmall ? style.small : ''} ${className}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    />
  );
}
