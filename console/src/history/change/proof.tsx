import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { CopyButton } from '../../ui/text/copyable.tsx';
import { downloadJson } from '../export/save-file.ts';
import type { Change } from '../sentence.ts';
import style from './change.module.css';

const DialogBox = lazy(() => import('../../ui/dialog/dialog-box.tsx'));

/** Downloads the proof that a change is in the signed log, and says how an auditor verifies it. */
export function ProofButton({ change }: { change: Change }) {
  const [isOpen, setOpen] = useState(false);
  const names = { proof: `${change.id}.proof.json`, change: `${change.id}.json` };
  const proof = useMutation({
    mutationFn: () => api().getChangeProof({ id: change.id }),
    onSuccess: (answer) => downloadJson(names.proof, answer),
  });
  const command = `npm run audit:verify -- --proof ${names.proof} --change ${names.change} --public-key audit-key.pem.pub`;
  const ask = () => {
    setOpen(true);
    proof.mutate();
  };
  return (
    <>
      <Button onClick={ask} busy={proof.isPending}>
        Download the proof
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <DialogBox title="Proof of this change" onClose={() => setOpen(false)}>
            {proof.error ? (
              <FaultNote error={proof.error} onRetry={() => proof.mutate()} />
            ) : (
              <p role="status">
                {proof.data
                  ? `The proof is in your downloads. It holds against the checkpoint at entry ${proof.data.checkpoint.seq}.`
                  : 'The service looks for the proof …'}
              </p>
            )}
            <p>An auditor verifies it without this service, with the change and the public key of the log:</p>
            <div className={style.command}>
              <pre>{command}</pre>
              <CopyButton text={command} name="the command" />
            </div>
            <div>
              <Button onClick={() => downloadJson(names.change, change)}>Download the change</Button>
            </div>
          </DialogBox>
        </Suspense>
      )}
    </>
  );
}
