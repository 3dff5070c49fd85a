import { type ReactNode, useEffect, useId, useRef } from 'react';
import style from './mend.module.css';

/** A step of a change. `takesFocus`: the step comes after another, and whoever uses the keyboard goes on there. */
export function Step({
  title,
  takesFocus = false,
  children,
}: {
  title: string;
  takesFocus?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  // Once, when the step appears.
  // biome-ignore lint/correctness/useExhaustiveDependencies: later it would take the focus from a field
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, []);
  return (
    <section className={style.step} aria-labelledby={id}>
      <h3 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h3>
      {children}
    </section>
  );
}
