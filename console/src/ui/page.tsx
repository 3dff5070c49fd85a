import { type ReactNode, useEffect } from 'react';
import style from './page.module.css';

/** A page: its title, also of the browser's tab, what can be done, and its content. */
export function Page({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Rolewright`;
  }, [title]);
  return (
    <div className={style.page}>
      <div className={style.head}>
        <h1>{title}</h1>
        {actions && <div className={style.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}
