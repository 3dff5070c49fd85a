import { Link } from '@tanstack/react-router';
import { usePermitted } from '../session/permitted.ts';
import { Page } from '../ui/page.tsx';
import { facts } from './overview-facts.tsx';
import style from './overview-page.module.css';
import { sections } from './sections.ts';

/** What there is to set, of it what the caller may see. */
export default function OverviewPage() {
  const may = usePermitted();
  return (
    <Page title="Settings">
      <ul className={style.sections}>
        {sections
          .filter(({ operation }) => may(operation))
          .map(({ to, title, operation, text }) => {
            const Fact = facts[operation];
            return (
              <li key={to}>
                <h2>
                  <Link to={to}>{title}</Link>
                </h2>
                <p className={style.text}>{text}</p>
                <p className={style.fact}>
                  <Fact />
                </p>
              </li>
            );
          })}
      </ul>
    </Page>
  );
}
