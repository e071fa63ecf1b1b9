import { Scanner } from './scanner.ts';

/** One challenge of `WWW-Authenticate`; scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[\w!#$%&'*+.^`|~-]+/y;
/** RFC 9110, 11.2: `Negotiate YIIB…==`. */
const TOKEN68 = /[\w.~+/-]+=*(?=[\t ]*(?:,|$))/y;

/**
 * All challenges of `WWW-Authenticate` (RFC 9110, 11.6.1), which registries send in several fields
 * or in one. A comma divides parameters as well as challenges: a token that no `=` follows begins a
 * challenge. Space around `=` and unquoted URLs are taken as they are meant; garbage is passed over.
 */
export function parseChallenges(header: string | string[] | undefined): Challenge[] {
  return (Array.isArray(header) ? header : [header ?? '']).flatMap(parseField);
}

function parseField(field: string): Challenge[] {
  const scanner = new Scanner(field);
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  while (!scanner.ended) {
    scanner.take(/[\t ,]*/y);
    const name = scanner.take(TOKEN).toLowerCase();
    scanner.take(/[\t ]*/y);
    if (name === '') scanner.step();
    else if (scanner.eat('=')) {
      const value = scanner.value(/[^\t ,"]*/y);
      const parameters = challenges.at(-1)?.parameters;
      if (!parameters?.has(name)) parameters?.set(name, value);
    } else {
      scanner.take(TOKEN68);
      challenges.push({ scheme: name, parameters: new Map() });
    }
  }
  return challenges;
}
