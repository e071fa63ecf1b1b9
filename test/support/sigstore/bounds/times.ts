/** The same thing again and again. */
export function times<T>(count: number, item: T | undefined): T[] {
  return item === undefined ? [] : Array.from({ length: count }, () => item);
}
