import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/form/field.tsx';
import { type Cluster, parseClusters } from '../clusters.ts';
import style from '../mend.module.css';

/** Takes many clusters at once. */
export function PasteClusters({ onAdd }: { onAdd: (clusters: Cluster[]) => void }) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string[]>([]);
  const add = () => {
    const parsed = parseClusters(text);
    setWrong(parsed.wrong);
    if (parsed.clusters.length > 0) onAdd(parsed.clusters);
    // What was not understood stays, so that it can be corrected.
    setText(parsed.wrong.join('\n'));
  };
  return (
    <details>
      <summary>Paste several</summary>
      <div className={style.paste}>
        <TextArea
          label="Clusters"
          hint="REGION/NAME or the ARN of a cluster, each on a line."
          rows={4}
          value={text}
          onChange={({ target }) => setText(target.value)}
          error={wrong.length > 0 ? `Not a cluster: ${wrong.slice(0, 5).join(', ')}` : undefined}
          spellCheck={false}
        />
        <div>
          <Button onClick={add} disabled={text.trim() === ''}>
            Take these clusters
          </Button>
        </div>
      </div>
    </details>
  );
}
