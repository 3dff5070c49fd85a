import { type ComponentProps, lazy, Suspense, useState } from 'react';
import { Button } from '../button.tsx';
import { keepFocus } from '../keep-focus.ts';
import type { Question } from './confirm.tsx';

const Confirm = lazy(() => import('./confirm.tsx'));

/** A button that asks first. */
export function ConfirmButton({ question, ...rest }: { question: Question } & ComponentProps<typeof Button>) {
  const [isAsked, setAsked] = useState(false);
  const close = (isDone: boolean) => {
    setAsked(false);
    if (isDone) keepFocus();
  };
  return (
    <>
      <Button {...rest} onClick={() => setAsked(true)} />
      {isAsked && (
        <Suspense fallback={null}>
          <Confirm {...question} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
