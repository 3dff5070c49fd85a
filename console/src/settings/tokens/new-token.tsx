import { useBlocker } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { CopyButton } from '../../ui/text/copyable.tsx';
import style from './new-token.module.css';

const Confirm = lazy(() => import('../../ui/dialog/confirm.tsx'));

/** Shows the secret of a token that was just created. It is in this element's properties, and nowhere else. */
export function NewToken({ name, secret, onStored }: { name: string; secret: string; onStored: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The drawer, which closes now, first gives the focus back to the button that opened it.
    const timer = setTimeout(() => heading.current?.focus(), 100);
    return () => clearTimeout(timer);
  }, []);
  const leaving = useBlocker({ shouldBlockFn: () => true, enableBeforeUnload: true, withResolver: true });
  return (
    <Note look="warning">
      <h2 ref={heading} tabIndex={-1}>
        Copy the token {name} now
      </h2>
      <p>It is shown only here and only once: the service keeps no more than its hash.</p>
      <p className={style.secret}>
        <code data-secret="">{secret}</code>
        <CopyButton text={secret} name={`the token ${name}`} />
      </p>
      <Button onClick={onStored}>I have stored it</Button>
      {leaving.status === 'blocked' && (
        <Suspense fallback={null}>
          <Confirm
            title={`Leave without the token ${name}?`}
            action="Leave the page"
            run={async () => leaving.proceed()}
            onClose={(isDone) => isDone || leaving.reset()}
          >
            <p>Nobody can see it again. If you have not stored it, revoke it and create another one.</p>
          </Confirm>
        </Suspense>
      )}
    </Note>
  );
}
