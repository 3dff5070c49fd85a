import { useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { FaultNote } from '../ui/fault.tsx';
import { TextField } from '../ui/form/field.tsx';
import { Note } from '../ui/note.tsx';
import { Time } from '../ui/text/time.tsx';
import style from './audit.module.css';
import { Checkpoint } from './checkpoint.tsx';
import { useVerified, useVerify } from './use-verified.ts';
import { verifiedText } from './verified.ts';

/** How far the log is verified, and a click that verifies it. Nothing for those who may not. */
export function VerificationPanel() {
  const { canVerify, verified, error: automaticError } = useVerified();
  const { verify, error, runningSince } = useVerify();
  const isAsked = useLocation({ select: ({ hash }) => hash === 'verification' });
  const [isOpen, setOpen] = useState(isAsked);
  const isBroken = verified?.verification.ok === false;
  useEffect(() => {
    if (isAsked || isBroken) setOpen(true);
  }, [isAsked, isBroken]);
  const [from, setFrom] = useState('');
  if (!canVerify) return null;
  const fault = error ?? (verified ? null : automaticError);
  const newest = verified?.verification.ok ? verified.verification.checkpoint?.seq : undefined;
  return (
    <details
      id="verification"
      className={style.panel}
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className={isBroken ? style.broken : ''}>
        {verified ? (
          <>
            {verifiedText(verified)} Verified <Time at={verified.at} />.
          </>
        ) : (
          'Nobody has verified the log in this tab yet.'
        )}
      </summary>
      <div className={style.content}>
        {isBroken && <WhatToDo code={verified.verification.firstFault?.code} />}
        {verified && !(isBroken && !verified.verification.checkpoint) && (
          <Checkpoint checkpoint={verified.verification.checkpoint} />
        )}
        {fault && <FaultNote error={fault} />}
        <form
          className={style.actions}
          onSubmit={(event) => {
            event.preventDefault();
            verify(Number(from));
          }}
        >
          <Button look="primary" onClick={() => verify(0)} busy={runningSince !== null}>
            Verify all entries
          </Button>
          {newest !== undefined && (
            <Button onClick={() => verify(newest)} busy={runningSince !== null}>
              Verify what came after the checkpoint
            </Button>
          )}
          <TextField
            label="From another checkpoint, at entry"
            inputMode="numeric"
            pattern="[1-9][0-9]*"
            required
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
          <Button type="submit" busy={runningSince !== null}>
            Verify from there
          </Button>
        </form>
        <div className={style.running} role="status">
          {runningSince !== null && <Running since={runningSince} />}
        </div>
      </div>
    </details>
  );
}

/** The service does not say how far it is. A log of millions of entries takes minutes. */
function Running({ since }: { since: number }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.round((Date.now() - since) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [since]);
  return (
    <p>
      The service reads the log. A long log takes minutes; you may open other pages meanwhile.{' '}
      <span aria-hidden="true">{seconds} s</span>
    </p>
  );
}

// As docs/auditor.md has it.
function WhatToDo({ code }: { code: string | undefined }) {
  return (
    <Note look="bad">
      <h2>What to do</h2>
      <ol className={style.steps}>
        <li>Tell whoever answers for security. Do not repair the database: it is evidence.</li>
        <li>Keep the published checkpoints. They show until where the log was intact.</li>
        <li>
          Run <code>npm run audit:verify</code> on the database, with the public key and the checkpoints. It
          is more thorough.
        </li>
        <li>
          A restored backup looks the same. If it was one, name a new place for checkpoints and keep the old
          ones.
        </li>
      </ol>
      <p>The service goes on, but signs no more checkpoints. docs/auditor.md has the details.</p>
      {code && (
        <p>
          <code>{code}</code>
        </p>
      )}
    </Note>
  );
}
