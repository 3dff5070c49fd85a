import { Dialog, DialogHeader } from '@backstage/ui';
import { readable } from '../text/readable.ts';
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
      style={readable}
      isDismissable={!extend.isBusy}
      isKeyboardDismissDisabled={extend.isBusy}
      onOpenChange={(isOpen) => !isOpen && !extend.isBusy && onClose()}
    >
      <DialogHeader>Extend the role</DialogHeader>
      {extend.step === 'form' && <FormStep roleName={roleName} extend={extend} />}
      {extend.step === 'preview' && <PreviewStep extend={extend} />}
      {extend.step === 'done' && <DoneStep extend={extend} onClose={onClose} />}
    </Dialog>
  );
}
