import type { ReactNode } from 'react';
import style from './dialog-box.module.css';
import { Overlay } from './overlay.tsx';

/** A small dialog over the page. Import it lazily: its primitives are large. One is open at a time. */
export default function DialogBox({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Overlay title={title} onClose={onClose} style={style} boxClass={style.box ?? ''}>
      {children}
    </Overlay>
  );
}
