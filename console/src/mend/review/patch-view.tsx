import type { Shape } from '../../api.ts';
import { CopyButton } from '../../ui/text/copyable.tsx';
import style from '../mend.module.css';

/** The same change in the source of the tool that owns the role. */
export function PatchView({ patch }: { patch: Shape<'Patch'> }) {
  return (
    <section className={style.part} aria-label={`Patch for ${patch.tool}`}>
      <div className={style.patchHead}>
        <h4>The same change for {patch.tool}</h4>
        <CopyButton text={patch.text} name={`the patch for ${patch.tool}`} />
      </div>
      <pre className={style.source}>{patch.text}</pre>
    </section>
  );
}
