import type { ReactNode } from 'react';
import style from './drawer.module.css';
import { Overlay } from './overlay.tsx';

/** A dialog at the side of the page. Import it lazily: its primitives are large. One is open at a time. */
export default function Drawer({
  title,
  onClose,
  isNarrow = false,
  children,
}: {
  title: string;
  /** For a form, whose fields would be too long. */
  isNarrow?: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Overlay
      title={title}
      onClose={onClose}
      style={style}
      boxClass={`${style.drawer} ${isNarrow ? style.narrow : ''}`}
    >
      <div className={style.content}>{children}</div>
    </Overlay>
  );
}
