import { useMemo, useState } from 'react';
import style from './diff.module.css';
import { type DiffBlock, diffBlocks, diffSummary, type NumberedLine } from './diff-blocks.ts';
import { hangingIndent } from './hanging-indent.ts';

/**
 * Two texts of pretty JSON: side by side where there is room, one below the other where not. Empty: there is none.
 * Import it lazily: few people look at differences.
 */
export default function Diff({ before, after }: { before: string; after: string }) {
  const blocks = useMemo(() => diffBlocks(before, after), [before, after]);
  return (
    <figure className={style.diff}>
      <figcaption className={style.caption}>{diffSummary(blocks)}</figcaption>
      <div className={`${style.block} ${style.names}`}>
        <h3>Before</h3>
        <h3>After</h3>
      </div>
      {blocks.map((block) => (
        <Block key={keyOf(block)} block={block} />
      ))}
    </figure>
  );
}

const keyOf = (block: DiffBlock) =>
  block.kind === 'same'
    ? `=${block.lines[0]?.before.number}`
    : `±${block.removed[0]?.number}/${block.added[0]?.number}`;

function Block({ block }: { block: DiffBlock }) {
  const [isOpen, setOpen] = useState(false);
  if (block.kind === 'changed')
    return (
      <div className={style.block}>
        <Side lines={block.removed} sign="−" />
        <Side lines={block.added} sign="+" />
      </div>
    );
  if (block.isFar && !isOpen)
    return (
      <button type="button" className={style.far} onClick={() => setOpen(true)}>
        Show {block.lines.length} equal lines
      </button>
    );
  return (
    <div className={style.block}>
      <Side lines={block.lines.map(({ before }) => before)} />
      <Side lines={block.lines.map(({ after }) => after)} isCopy />
    </div>
  );
}

const signs = {
  '−': { look: style.removed, word: 'Removed:' },
  '+': { look: style.added, word: 'Added:' },
} as const;

/** `isCopy`: the same lines stand beside, so that they are read once, and shown where there is room. */
function Side({
  lines,
  sign,
  isCopy = false,
}: {
  lines: NumberedLine[];
  sign?: keyof typeof signs;
  isCopy?: boolean;
}) {
  const look = sign ? signs[sign].look : isCopy ? style.copy : '';
  return (
    <div
      className={`${style.side} ${lines.length > 0 ? look : style.none}`}
      aria-hidden={isCopy || undefined}
    >
      {lines.map(({ number, text }) => (
        <div key={number} className={style.line}>
          <span className={style.number}>{number}</span>
          <span className={style.sign} aria-hidden="true">
            {sign}
          </span>
          {sign && <span className="hidden">{signs[sign].word}</span>}
          <code style={hangingIndent(text)}>{text}</code>
        </div>
      ))}
    </div>
  );
}
