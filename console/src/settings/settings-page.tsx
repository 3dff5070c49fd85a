import { Link, Outlet } from '@tanstack/react-router';
import { usePermitted } from '../session/permitted.ts';
import { sections } from './sections.ts';
import style from './settings-page.module.css';

/** The settings: the pages that the caller may see, and the chosen one. */
export default function SettingsPage() {
  const may = usePermitted();
  return (
    <div className={style.settings}>
      <nav className={style.nav} aria-label="Settings">
        <Link to="/settings" activeOptions={{ exact: true }}>
          Overview
        </Link>
        {sections
          .filter(({ operation }) => may(operation))
          .map(({ to, title }) => (
            <Link key={to} to={to} activeOptions={{ includeSearch: false }}>
              {title}
            </Link>
          ))}
      </nav>
      <Outlet />
    </div>
  );
}
