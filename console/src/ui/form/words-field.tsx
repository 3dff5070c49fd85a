import { useEffect, useRef, useState } from 'react';
import { TextField } from './field.tsx';

/** A field to search in. `onChange` is called when typing rests, and with Enter. */
export function WordsField({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (words: string) => void;
}) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    if (value === sent.current) return;
    // Somebody removed the filter, or went back.
    sent.current = value;
    setText(value);
  }, [value]);
  const send = () => {
    if (text.trim() === sent.current) return;
    sent.current = text.trim();
    onChange(sent.current);
  };
  const latest = useRef(send);
  latest.current = send;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter begins the wait anew
  useEffect(() => {
    const timer = setTimeout(() => latest.current(), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <TextField
        label={label}
        type="search"
        placeholder={placeholder}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}
