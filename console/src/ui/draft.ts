import { useState } from 'react';

/**
 * State of a form that survives a reload and a new sign-in, in this tab. `key` names the form and its subject. The
 * last function forgets it, once the form was sent.
 */
export function useDraft<T>(key: string, initial: T): [T, (next: T) => void, () => void] {
  const stored = `draft:${key}`;
  const [value, setValue] = useState<T>(() => {
    const text = sessionStorage.getItem(stored);
    return text === null ? initial : (JSON.parse(text) as T);
  });
  const change = (next: T) => {
    sessionStorage.setItem(stored, JSON.stringify(next));
    setValue(next);
  };
  const forget = () => {
    sessionStorage.removeItem(stored);
    setValue(initial);
  };
  return [value, change, forget];
}
