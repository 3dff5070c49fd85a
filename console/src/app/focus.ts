import type { AnyRouter } from '@tanstack/react-router';

/**
 * Another page is no new document: a screen reader would say nothing, and go on reading where the link was. So the
 * focus goes to the new page's heading, which is read out, or to the part that the address names. It stays where it
 * is when only the filters of a page change.
 */
export function moveFocusWithPages(router: AnyRouter): void {
  router.subscribe('onRendered', ({ fromLocation, toLocation, pathChanged, hashChanged }) => {
    if (!fromLocation || !(pathChanged || (hashChanged && toLocation.hash))) return;
    const content = document.getElementById('content');
    const part = toLocation.hash ? document.getElementById(toLocation.hash) : null;
    const target = part
      ? (part.querySelector<HTMLElement>('summary') ?? part)
      : (content?.querySelector<HTMLElement>('h1') ?? content);
    if (target && target.tagName !== 'SUMMARY') target.tabIndex = -1;
    target?.focus({ preventScroll: true });
  });
}
