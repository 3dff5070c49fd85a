import type { Page } from '../../schema/page.ts';
import type { Service } from './service.ts';

/** The largest page of the service. */
const pageSize = 100;

/** The first `limit` items of a list, page by page. */
export async function itemsOf<T>(
  service: Service,
  path: string,
  query: Record<string, string | undefined>,
  limit: number,
): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null | undefined; items.length < limit && cursor !== null; ) {
    const asked = { ...query, cursor, limit: String(Math.min(pageSize, limit - items.length)) };
    const page: Page<T> = await service.ask(path, { query: asked });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
