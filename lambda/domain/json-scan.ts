import type { JsonLimits } from './strict-json.ts';

/**
 * What makes a text mean two things to two readers of JSON, or cost more than it may: goes on from
 * "it …". Whether it is JSON at all is for the parser to say.
 */
export function findProblem(text: string, limits: JsonLimits): string | undefined {
  return new Scan(text, limits).run();
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const [POINT, ZERO, NINE, SMALL_E, LARGE_E] = [0x2e, 0x30, 0x39, 0x65, 0x45];

/** The names that an open object has shown so far; undefined of a list. Most objects have one or two. */
type Names = undefined | null | string | Set<string>;

/** One pass, in which no character is looked at more than a few times, whatever the text. */
class Scan {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #open: Names[] = [];
  #values = 0;
  /** How many values there may be, and what they are that are so many. */
  #most: number;
  #where = '';
  /** The next backslash that no string has passed. */
  #backslash: number;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
    this.#most = limits.maxValues ?? Number.POSITIVE_INFINITY;
    this.#backslash = this.#backslashFrom(0);
  }

  run(): string | undefined {
    const text = this.#text;
    // Of what structures the document, the character before.
    let previous = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      let problem: string | undefined;
      if (code === QUOTE) {
        const end = this.#endOf(at);
        problem = this.#string(at, end, previous !== COLON);
        at = end;
      } else if (isStructure(code)) {
        problem = this.#structure(code);
        previous = code;
      } else if (this.#limits.integersOnly === true && this.#isFraction(code, at)) {
        problem = 'has a number that is no integer';
      }
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** The closing quote, or where the text ends without one. */
  #endOf(start: number): number {
    let end = this.#text.indexOf('"', start + 1);
    while (end !== -1 && this.#backslash < end && this.#isEscaped(end)) {
      end = this.#text.indexOf('"', end + 1);
    }
    return end === -1 ? this.#text.length : end;
  }

  #isEscaped(at: number): boolean {
    let before = at - 1;
    while (this.#text.charCodeAt(before) === BACKSLASH) before -= 1;
    return (at - before) % 2 === 0;
  }

  #string(start: number, end: number, mayBeName: boolean): string | undefined {
    const escaped = this.#backslash < end;
    if (escaped) {
      this.#backslash = this.#backslashFrom(end);
      if (!isUnicode(this.#text.slice(start, end + 1))) return 'has a string with half a character';
    }
    const names = this.#open.at(-1);
    if (!mayBeName || names === undefined) return undefined;
    // An escape may spell the same name in another way: `"\u0061"` is `"a"`.
    const literal = this.#text.slice(start + 1, end);
    const name = escaped ? String(JSON.parse(`"${literal}"`)) : literal;
    if (this.#open.length === 1) this.#enter(name);
    return this.#isNew(names, name) ? undefined : 'has a duplicate key';
  }

  /** From here on what counts is the bound of that member, where it has one. */
  #enter(name: string): void {
    const { maxValues = Number.POSITIVE_INFINITY, maxValuesOf = {} } = this.#limits;
    const own = Object.hasOwn(maxValuesOf, name) ? maxValuesOf[name] : undefined;
    const isNearer = own !== undefined && this.#values + own < maxValues;
    this.#most = isNearer ? this.#values + own : maxValues;
    this.#where = isNearer ? ` in ${name}` : '';
  }

  #isNew(names: Exclude<Names, undefined>, name: string): boolean {
    if (names === null) {
      this.#open[this.#open.length - 1] = name;
      return true;
    }
    const all = typeof names === 'string' ? new Set([names]) : names;
    const { size } = all;
    this.#open[this.#open.length - 1] = all.add(name);
    return all.size > size;
  }

  /** Objects are open with the names they have shown so far, lists with none. */
  #structure(code: number): string | undefined {
    if (code === COLON) return undefined;
    if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      this.#open.pop();
      return undefined;
    }
    // One for a comma, and one for what no comma goes before: at most one too many.
    this.#values += 1;
    if (this.#values > this.#most) return `has too many values${this.#where}`;
    if (code === COMMA) return undefined;
    this.#open.push(code === OPEN_OBJECT ? null : undefined);
    const { maxDepth } = this.#limits;
    return this.#open.length > maxDepth ? `is nested deeper than ${maxDepth}` : undefined;
  }

  /** A point or an exponent after a digit, outside of strings: typed readers refuse `1.0`. */
  #isFraction(code: number, at: number): boolean {
    if (code !== POINT && code !== SMALL_E && code !== LARGE_E) return false;
    const before = this.#text.charCodeAt(at - 1);
    return before >= ZERO && before <= NINE;
  }

  #backslashFrom(at: number): number {
    const next = this.#text.indexOf('\\', at);
    return next === -1 ? this.#text.length : next;
  }
}

function isStructure(code: number): boolean {
  return (
    code === COMMA ||
    code === COLON ||
    code === OPEN_OBJECT ||
    code === CLOSE_OBJECT ||
    code === OPEN_LIST ||
    code === CLOSE_LIST
  );
}

/** An escape may name half of a surrogate pair, which parsers refuse, keep or replace. */
function isUnicode(literal: string): boolean {
  return !/\\u[dD][89a-fA-F]/.test(literal) || String(JSON.parse(literal)).isWellFormed();
}
