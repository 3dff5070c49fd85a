import style from './loading.module.css';

/** Stands where something is being loaded, in as many lines as that will take. */
export function Loading({ what, lines = 3 }: { what: string; lines?: number }) {
  return (
    <div className={style.loading} role="status">
      <span className="hidden">Loading {what} …</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all the same
        <div key={line} className={style.bar} aria-hidden="true" />
      ))}
    </div>
  );
}
