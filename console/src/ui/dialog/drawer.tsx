import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from '../button.tsx';
import style from './drawer.module.css';

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
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className={style.overlay ?? ''}
    >
      <Modal className={`${style.drawer} ${isNarrow ? style.narrow : ''}`}>
        <Dialog className={style.dialog ?? ''}>
          <div className={style.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button look="plain" onClick={onClose}>
              Close
            </Button>
          </div>
          <div className={style.content}>{children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
