import { type RefObject, useLayoutEffect } from 'react';

/**
 * After something was removed from the page with the button that removed it: moves the focus to what comes next, or to
 * the heading of the page. Otherwise it would be lost, and the keyboard would start at the top again.
 */
export function keepFocus(next?: () => HTMLElement | null | undefined): void {
  setTimeout(() => {
    if (document.activeElement !== document.body) return;
    const content = document.getElementById('content');
    const target = next?.() ?? content?.querySelector<HTMLElement>('h1') ?? content;
    if (target && target.tabIndex < 0) target.tabIndex = -1;
    target?.focus({ preventScroll: true });
  }, 100);
}

/** Keeps the focus when this part goes while something in it has the focus. */
export function useKeptFocus(part: RefObject<HTMLElement | null>): void {
  useLayoutEffect(
    () => () => {
      if (part.current?.contains(document.activeElement)) keepFocus();
    },
    [part],
  );
}
