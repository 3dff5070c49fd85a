import type { AnyRouter } from '@tanstack/react-router';

/**
 * After a click on a link a screen reader would go on reading where the link was. So the focus goes to the heading of
 * the new page, which is read out. It stays where it is when only the filters of a page change.
 */
export function moveFocusWithPages(router: AnyRouter): void {
  router.subscribe('onRendered', ({ fromLocation, toLocation, pathChanged }) => {
    if (!fromLocation || !pathChanged || toLocation.hash) return;
    const content = document.getElementById('content');
    const heading = content?.querySelector<HTMLElement>('h1');
    if (heading) heading.tabIndex = -1;
    (heading ?? content)?.focus({ preventScroll: true });
  });
}
