import style from './verdict.module.css';

/** Each verdict, and each outcome of a change, has a shape and a word, so that nobody needs to see colours. */
export const verdicts = {
  COMPLIANT: { shape: '●', word: 'Compliant' },
  NEEDS_EXTENSION: { shape: '◐', word: 'Needs extension' },
  NEEDS_REPAIR: { shape: '▲', word: 'Needs repair' },
  MISSING: { shape: '○', word: 'Missing' },
  UNREACHABLE: { shape: '✕', word: 'Unreachable' },
  READY: { shape: '●', word: 'Ready' },
  NOT_READY: { shape: '▲', word: 'Not ready' },
  UNKNOWN: { shape: '○', word: 'Unknown' },
  SUCCEEDED: { shape: '●', word: 'Succeeded' },
  PARTIAL: { shape: '◐', word: 'Partly done' },
  FAILED: { shape: '✕', word: 'Failed' },
  PENDING: { shape: '○', word: 'In progress' },
} as const;
export type Verdict = keyof typeof verdicts;

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  const { shape, word } = verdicts[verdict];
  return (
    <span className={`${style.verdict} ${style[verdict]}`}>
      <span aria-hidden="true">{shape}</span>
      {word}
    </span>
  );
}
