import style from './labels.module.css';

/** Short texts in boxes, such as the labels of an account: `team=payments`. `name`: what they are. */
export function Labels({ name, texts }: { name: string; texts: string[] }) {
  if (texts.length === 0) return null;
  return (
    <ul className={style.labels} aria-label={name}>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
