import { Button } from '@backstage/ui';
import { useState } from 'react';
import { ExtendDialog } from './extend-dialog.tsx';

/** `region`: what the form begins with. Empty: nothing. */
export function ExtendButton(props: {
  entityRef: string;
  roleName: string;
  region: string;
  onExtended: () => void;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" onPress={() => setOpen(true)}>
        Extend
      </Button>
      {isOpen && <ExtendDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
