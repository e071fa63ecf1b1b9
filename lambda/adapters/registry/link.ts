import { Scanner } from './scanner.ts';

/**
 * The target of the first link whose relation is `next` (RFC 8288, 3), as it was written.
 * Parameters may be unquoted, and `rel` may hold several relations.
 */
export function nextLink(header: string | string[] | undefined): string | undefined {
  const scanner = new Scanner(Array.isArray(header) ? header.join(', ') : (header ?? ''));
  for (;;) {
    scanner.take(/[\t ,]*/y);
    const target = scanner.take(/<[^>]*>/y);
    if (target === '') return undefined;
    if (/(?:^|\s)next(?:\s|$)/i.test(readRel(scanner))) return target.slice(1, -1).trim();
  }
}

/** The first `rel` counts (RFC 8288, 3.3). */
function readRel(scanner: Scanner): string {
  let rel: string | undefined;
  for (;;) {
    scanner.take(/[\t ]*/y);
    if (!scanner.eat(';')) return rel ?? '';
    scanner.take(/[\t ]*/y);
    const name = scanner.take(/[^\t =;,]*/y).toLowerCase();
    scanner.take(/[\t ]*/y);
    const value = scanner.eat('=') ? scanner.value(/[^\t ;,]*/y) : '';
    if (name === 'rel') rel ??= value;
  }
}
