import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from '../button.tsx';

/** What all dialogs share: a title, and ways to close it. `style`: the classes of its parts. */
export function Overlay({
  title,
  onClose,
  style,
  boxClass,
  children,
}: {
  title: string;
  onClose: () => void;
  style: { readonly [part: string]: string };
  boxClass: string;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className={style.overlay ?? ''}
    >
      <Modal className={boxClass}>
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
