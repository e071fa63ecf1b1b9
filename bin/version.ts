import { readFileSync } from 'node:fs';

/** Of this program, as its package says. */
export function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String(JSON.parse(manifest).version);
}
