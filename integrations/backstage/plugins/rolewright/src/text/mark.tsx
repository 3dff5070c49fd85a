import type { ReactNode } from 'react';

const looks = {
  good: { shape: '●', colour: 'success' },
  warning: { shape: '◐', colour: 'warning' },
  bad: { shape: '▲', colour: 'danger' },
  quiet: { shape: '○', colour: 'info' },
} as const;

/** A state in colour, shape and word, so that nobody needs to see colours. */
export function Mark({ look, children }: { look: keyof typeof looks; children: ReactNode }) {
  const { shape, colour } = looks[look];
  return (
    <span
      style={{
        background: `var(--bui-bg-${colour})`,
        color: `var(--bui-fg-${colour}-on-bg)`,
        borderRadius: 'var(--bui-radius-2)',
        padding: '0 var(--bui-space-2)',
        fontSize: 'var(--bui-font-size-2)',
        lineHeight: 1.8,
        whiteSpace: 'nowrap',
        display: 'inline-block',
      }}
    >
      <span aria-hidden="true">{shape} </span>
      {children}
    </span>
  );
}

const verdicts = {
  COMPLIANT: { look: 'good', word: 'Compliant' },
  NEEDS_EXTENSION: { look: 'warning', word: 'Needs extension' },
  NEEDS_REPAIR: { look: 'bad', word: 'Needs repair' },
  MISSING: { look: 'quiet', word: 'Missing' },
  READY: { look: 'good', word: 'Ready' },
  NOT_READY: { look: 'bad', word: 'Not ready' },
  UNKNOWN: { look: 'quiet', word: 'Not known' },
  ERROR: { look: 'bad', word: 'Error' },
  WARNING: { look: 'warning', word: 'Warning' },
  INFO: { look: 'quiet', word: 'Note' },
} as const;

/** The verdict on a role or a cluster, or the weight of a finding. */
export function VerdictMark({ verdict }: { verdict: keyof typeof verdicts }) {
  const { look, word } = verdicts[verdict];
  return <Mark look={look}>{word}</Mark>;
}
