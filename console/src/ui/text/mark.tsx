import style from './mark.module.css';

const shapes = { good: '●', warning: '◐', bad: '▲', quiet: '○' } as const;

/** A state in colour, shape and word, as VerdictMark shows verdicts. */
export function Mark({ look, children }: { look: keyof typeof shapes; children: string }) {
  return (
    <span className={`${style.mark} ${style[look]}`}>
      <span aria-hidden="true">{shapes[look]}</span>
      {children}
    </span>
  );
}
