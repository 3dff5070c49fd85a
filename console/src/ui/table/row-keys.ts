import { type RefObject, useEffect, useRef } from 'react';
import { isTyping } from '../shortcuts.ts';

/** `j` and `k` move the focus to the first link of the next row, and back. `reveal` scrolls a row into the page. */
export function useRowKeys(
  body: RefObject<HTMLElement | null>,
  count: number,
  reveal: (index: number) => void,
): void {
  const given = useRef({ count, reveal });
  given.current = { count, reveal };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step === 0 || isTyping(event)) return;
      const rowOf = (element: Element | null) => element?.closest<HTMLElement>('[data-index]');
      const current = body.current?.contains(document.activeElement) ? rowOf(document.activeElement) : null;
      const { count, reveal } = given.current;
      const index = current ? Number(current.dataset.index) + step : 0;
      if (index < 0 || index >= count) return;
      event.preventDefault();
      reveal(index);
      // The row may come into the page with the next frame only.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          body.current
            ?.querySelector<HTMLElement>(`[data-index="${index}"] :is(a, button)`)
            ?.focus({ preventScroll: true });
        }),
      );
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [body]);
}
