import type { Shape } from '../api.ts';
import style from './roles.module.css';

const severities = {
  ERROR: { shape: '▲', word: 'Error', look: style.error },
  WARNING: { shape: '◆', word: 'Warning', look: style.warning },
  INFO: { shape: '●', word: 'Note', look: style.info },
} as const;

export function SeverityMark({ severity }: { severity: Shape<'Severity'> }) {
  const { shape, word, look } = severities[severity];
  return (
    <span className={`${style.severity} ${look}`}>
      <span aria-hidden="true">{shape}</span> {word}
    </span>
  );
}
