import { useState } from 'react';

/**
 * State of a form that survives a reload and a new sign-in, in this tab. `key` names the form and its subject.
 * `forget` is for once the form was sent. `isKept`: it has what somebody typed at an earlier time.
 */
export function useDraft<T>(
  key: string,
  initial: T,
): [draft: T, change: (next: T) => void, forget: () => void, isKept: boolean] {
  const stored = `draft:${key}`;
  const [{ value, isKept }, set] = useState<{ value: T; isKept: boolean }>(() => {
    const text = sessionStorage.getItem(stored);
    return text === null ? { value: initial, isKept: false } : { value: JSON.parse(text) as T, isKept: true };
  });
  const change = (next: T) => {
    sessionStorage.setItem(stored, JSON.stringify(next));
    set({ value: next, isKept });
  };
  const forget = () => {
    sessionStorage.removeItem(stored);
    set({ value: initial, isKept: false });
  };
  return [value, change, forget, isKept];
}
