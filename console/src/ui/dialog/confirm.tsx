import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from '../button.tsx';
import { FaultNote } from '../fault.tsx';
import form from '../form/form.module.css';
import box from './dialog-box.module.css';

export interface Question {
  /** What is asked: "Remove the account payments-prod?" */
  title: string;
  /** What it means. */
  children: ReactNode;
  /** What the button does: "Remove the account". */
  action: string;
  run: () => Promise<unknown>;
}

/** Asks before something is done that cannot be undone. Import it lazily, as confirm-button.tsx does. */
export default function Confirm({
  title,
  children,
  action,
  run,
  onClose,
}: Question & { onClose: (isDone: boolean) => void }) {
  const doing = useMutation({ mutationFn: run, onSuccess: () => onClose(true) });
  return (
    <ModalOverlay
      isOpen
      isKeyboardDismissDisabled={doing.isPending}
      onOpenChange={(isOpen) => !isOpen && onClose(false)}
      className={box.overlay ?? ''}
    >
      <Modal className={box.box ?? ''}>
        <Dialog role="alertdialog" className={box.dialog ?? ''}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
          {doing.error && <FaultNote error={doing.error} />}
          <div className={form.buttons}>
            <Button autoFocus onClick={() => onClose(false)} disabled={doing.isPending}>
              Cancel
            </Button>
            <Button look="danger" onClick={() => doing.mutate()} busy={doing.isPending}>
              {action}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
