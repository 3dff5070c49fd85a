import { type ReactNode, useId } from 'react';
import style from './mend.module.css';

/** A list under a heading. */
export function Part({
  title,
  look = '',
  children,
}: {
  title: string;
  look?: string | undefined;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`${style.part} ${look}`} aria-labelledby={id}>
      <h4 id={id}>{title}</h4>
      <ul className={style.list}>{children}</ul>
    </section>
  );
}
