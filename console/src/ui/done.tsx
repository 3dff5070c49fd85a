import { Note } from './note.tsx';

/** Says what was done. It is always in the page, so that screen readers hear its text change. */
export function Done({ text }: { text: string | null }) {
  return (
    <div role="status" className={text === null ? 'hidden' : undefined}>
      {text !== null && (
        <Note look="good">
          <p>{text}</p>
        </Note>
      )}
    </div>
  );
}
