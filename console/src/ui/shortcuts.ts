import { useEffect, useRef } from 'react';

/** A key is meant for a field, a dialog or the browser, not for the page. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    target?.closest(
      'input, textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"], [role="menu"]',
    ) != null
  );
}

/** Calls `onPress` when the key is pressed outside of fields and dialogs. Undefined: not now. */
export function useShortcut(key: string, onPress: (() => void) | undefined): void {
  const given = useRef(onPress);
  given.current = onPress;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== key || isTyping(event) || !given.current) return;
      event.preventDefault();
      given.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [key]);
}
