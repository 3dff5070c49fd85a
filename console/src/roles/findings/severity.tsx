import type { Shape } from '../../api.ts';
import { Mark } from '../../ui/text/mark.tsx';

const severities = {
  ERROR: { look: 'bad', word: 'Error' },
  WARNING: { look: 'warning', word: 'Warning' },
  INFO: { look: 'quiet', word: 'Note' },
} as const;

export function SeverityMark({ severity }: { severity: Shape<'Severity'> }) {
  const { look, word } = severities[severity];
  return <Mark look={look}>{word}</Mark>;
}
