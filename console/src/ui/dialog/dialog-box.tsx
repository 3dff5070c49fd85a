import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from '../button.tsx';
import style from './dialog-box.module.css';

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
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className={style.overlay ?? ''}
    >
      <Modal className={style.box ?? ''}>
        <Dialog className={style.dialog ?? ''}>
          <div className={style.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button look="plain" onClick={onClose}>
              Close
            </Button>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
