import { Dialog, DialogHeader } from '@backstage/ui';
import type { CSSProperties } from 'react';
import { DoneStep } from './done-step.tsx';
import { FormStep } from './form-step.tsx';
import { PreviewStep } from './preview-step.tsx';
import { useExtend } from './use-extend.ts';

/** Asks for clusters, shows what adding them would do, and adds them. */
export function ExtendDialog({
  entityRef,
  roleName,
  region,
  onExtended,
  onClose,
}: {
  entityRef: string;
  roleName: string;
  region: string;
  onExtended: () => void;
  onClose: () => void;
}) {
  const extend = useExtend({ entityRef, region, onExtended });
  return (
    // While the change is being made the dialog stays, so that its outcome is seen.
    <Dialog
      isOpen
      width={640}
      style={readableErrors}
      isDismissable={!extend.isBusy}
      isKeyboardDismissDisabled={extend.isBusy}
      onOpenChange={(isOpen) => !isOpen && !extend.isBusy && onClose()}
    >
      <DialogHeader>{`Extend ${roleName}`}</DialogHeader>
      {extend.step === 'form' && <FormStep extend={extend} />}
      {extend.step === 'preview' && <PreviewStep extend={extend} />}
      {extend.step === 'done' && <DoneStep extend={extend} onClose={onClose} />}
    </Dialog>
  );
}

/** The colour of a field's error has a contrast of 4:1 on white. This one has 4.5 and more. */
const readableErrors = { '--bui-fg-danger': 'var(--bui-fg-danger-on-bg)' } as CSSProperties;
