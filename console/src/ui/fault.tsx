import { type ReactNode, useRef } from 'react';
import { ConnectionError, Problem } from 'rolewright-client';
import { signIn } from '../session/session.ts';
import { Button } from './button.tsx';
import { useKeptFocus } from './keep-focus.ts';
import style from './note.module.css';

/** What to do about a problem, by its code. Other problems say it in their own detail. */
const advice: Partial<Record<Problem['code'], string>> = {
  UNAUTHENTICATED: 'Your session ended. Sign in to go on; what you typed is kept.',
  ROLE_CHANGED: 'Somebody changed this role while you were reading. Review again.',
  AUDIT_UNAVAILABLE: 'The log cannot be written, so nothing was changed. Try again in a minute.',
  RATE_LIMITED: 'Too many requests at once. Try again in a minute.',
};

/** Shows an error where its answer would stand: what is wrong, what to do, and the request for support. */
export function FaultNote({
  error,
  detail,
  onRetry,
  children,
}: {
  error: unknown;
  /** Other words for what is wrong. */
  detail?: string | undefined;
  onRetry?: (() => void) | undefined;
  children?: ReactNode;
}) {
  const note = useRef<HTMLDivElement>(null);
  useKeptFocus(note);
  const text = textOf(error);
  // The detail of wrong fields is the same once more.
  const fields = error instanceof Problem ? (error.errors ?? []) : [];
  return (
    <div ref={note} className={`${style.note} ${style.bad}`} role="alert">
      <p className={style.title}>{text.title}</p>
      {fields.length === 0 && <p>{detail ?? text.detail}</p>}
      {fields.length > 0 && (
        <ul className={style.fields}>
          {fields.map(({ pointer, message }) => (
            <li key={pointer + message}>
              <code>{pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {children}
      {error instanceof Problem && error.code === 'UNAUTHENTICATED' && (
        // Also here: a dialog covers the bar that offers it.
        <Button look="primary" onClick={() => signIn()}>
          Sign in
        </Button>
      )}
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
      {error instanceof Problem && (
        <p className={style.quiet}>
          {error.code} · request <code>{error.requestId}</code>
        </p>
      )}
    </div>
  );
}

export function textOf(error: unknown): { title: string; detail: string } {
  if (error instanceof Problem) {
    // Its own words where waiting does not help: so much is stored that something has to be deleted.
    const isFull = error.code === 'RATE_LIMITED' && !error.retryable;
    return { title: error.title, detail: (isFull ? undefined : advice[error.code]) ?? error.detail };
  }
  if (error instanceof ConnectionError)
    return navigator.onLine
      ? { title: 'The service cannot be reached', detail: 'It does not answer. Try again in a minute.' }
      : {
          title: 'You are offline',
          detail: 'What is on the page may be old. It loads again with the network.',
        };
  // A fault of this page. Its text helps whoever mends it.
  return {
    title: 'This page failed',
    detail: `Load it again. If it fails again, tell your administrator: ${error instanceof Error ? error.message : String(error)}`,
  };
}
