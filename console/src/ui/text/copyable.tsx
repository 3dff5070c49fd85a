import { useEffect, useState } from 'react';
import style from './copyable.module.css';

const tailLength = 12;

/** An ARN or ID: cut in the middle where there is no room, whole on hover and focus, with a button that copies it. */
export function Copyable({ text, name }: { text: string; name: string }) {
  const at = Math.max(0, text.length - tailLength);
  return (
    <span className={style.copyable}>
      {/* In one piece for those who do not see it. */}
      <span className="hidden">{text}</span>
      <span className={style.text} aria-hidden="true">
        <span className={style.head}>{text.slice(0, at)}</span>
        <span className={style.tail}>{text.slice(at)}</span>
      </span>
      <CopyButton text={text} name={name} />
    </span>
  );
}

/** `name`: what is copied ("the ARN of the role"). */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const [result, setResult] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), 2000);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setResult('copied'),
      () => setResult('failed'),
    );
  return (
    <button type="button" className={style.copy} onClick={copy} title={`Copy ${name}`}>
      {result === null ? (
        <svg viewBox="0 0 16 16" aria-hidden="true" className={style.icon}>
          <path d="M6 5h7v9H6zM10 5V2H3v9h3" />
        </svg>
      ) : (
        <span aria-hidden="true">{result === 'copied' ? '✓' : '✕'}</span>
      )}
      <span className="hidden">Copy {name}</span>
      <span className="hidden" role="status">
        {result === 'copied' ? 'Copied' : result === 'failed' ? 'The browser did not allow copying' : ''}
      </span>
    </button>
  );
}
