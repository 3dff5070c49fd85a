import type { ReactNode } from 'react';
import style from './note.module.css';

/** A remark in the page, such as an empty list, a success or a warning. */
export function Note({
  look = 'normal',
  children,
}: {
  look?: 'normal' | 'good' | 'warning' | 'bad';
  children: ReactNode;
}) {
  return <div className={look === 'normal' ? style.note : `${style.note} ${style[look]}`}>{children}</div>;
}
