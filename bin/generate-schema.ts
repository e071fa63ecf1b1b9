import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { watchlistJsonSchema } from '../lambda/domain/watchlist/index.ts';

/** The shipped JSON Schema of watch lists; a test fails while the file is not this text. */
export function schemaText(): string {
  return `${JSON.stringify(watchlistJsonSchema(), null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(join(import.meta.dirname, '..', 'watchlist.schema.json'), schemaText());
}
