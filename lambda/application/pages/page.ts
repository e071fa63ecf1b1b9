/** Some of the answers to a question, and where to go on for more. */
export interface Page<Item, Cursor> {
  readonly items: readonly Item[];
  /** Absent when there are no more. */
  readonly next?: Cursor;
}

export interface PageOptions<Cursor> {
  /** Behind what was shown before. */
  readonly after?: Cursor | undefined;
  /** At most so many. */
  readonly limit: number;
  /** Time is up: the page ends with what there is. */
  readonly isOver: () => boolean;
}

/**
 * The first of these, up to the limit and as long as there is time. What was looked at without fitting
 * counts as seen, so that a question that nothing fits comes to its end as well. `undefined` among
 * them stands for that.
 */
export async function pageOf<Item, Cursor>(
  found: AsyncIterable<{ readonly item: Item | undefined; readonly cursor: Cursor }>,
  { limit, isOver }: PageOptions<Cursor>,
): Promise<Page<Item, Cursor>> {
  const items: Item[] = [];
  let last: Cursor | undefined;
  for await (const { item, cursor } of found) {
    if (last !== undefined && (items.length === limit || isOver())) return { items, next: last };
    last = cursor;
    if (item !== undefined) items.push(item);
  }
  return { items };
}
