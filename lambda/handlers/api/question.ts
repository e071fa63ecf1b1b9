import type * as z from 'zod/mini';
import { Problem, selectionOf } from '../../application/request.ts';
import type { Selection } from '../../application/select.ts';
import { parseSpan, SPAN_FORMS } from '../../domain/moment.ts';
import { InvalidReferenceError, parseReference, tagKeyOf } from '../../domain/reference.ts';
import type { Timestamp } from '../../domain/time.ts';
import { readPageToken, writePageToken } from './page-token.ts';
import { badInput } from './problem.ts';

const LONGEST_QUERY = 8_192;
const LIMIT = { usual: 100, most: 500 };

/** The parameters of a question; each is read once, and what is wrong with it is a problem. */
export class Question {
  readonly #path: string;
  readonly #query: URLSearchParams;
  readonly #now: Timestamp;

  /** @throws {ApiProblem} for parameters that are not `known` */
  constructor(path: string, rawQuery: string, known: readonly string[], now: Timestamp) {
    if (rawQuery.length > LONGEST_QUERY) {
      throw badInput(`found a query of ${rawQuery.length} characters, expected ${LONGEST_QUERY}`);
    }
    this.#path = path;
    this.#query = new URLSearchParams(rawQuery);
    this.#now = now;
    const unknown = [...this.#query.keys()].find((name) => !known.includes(name));
    if (unknown === undefined) return;
    throw badInput(
      `found the parameter ${shown(unknown)}, expected ${known.join(', ') || 'none for this route'}`,
    );
  }

  all(name: string): string[] {
    return this.#query.getAll(name);
  }

  one(name: string): string | undefined {
    const [value, ...others] = this.all(name);
    if (others.length > 0) throw badInput(`found ${name} more than once, expected it once`);
    return value;
  }

  needed(name: string, expected: string): string {
    const value = this.one(name);
    if (value === undefined || value === '') throw badInput(`${name}: expected ${expected}`);
    return value;
  }

  tagKey(name: string): string {
    const text = this.needed(name, 'a reference such as alpine:edge');
    return inWords(() => tagKeyOf(parseReference(text)));
  }

  span(name: string): { readonly from: Timestamp; readonly to: Timestamp } | undefined {
    const text = this.one(name);
    if (text === undefined) return undefined;
    const span = parseSpan(text, this.#now);
    if (span === undefined) throw badInput(`${name}: found ${shown(text)}, expected ${SPAN_FORMS}`);
    return span;
  }

  selection(): Selection {
    const [patterns, labels] = [this.all('tag'), this.all('label')];
    const inconclusive = this.one('inconclusive');
    const given = Object.entries({
      patterns: patterns.length === 0 ? undefined : patterns.map(patternOf),
      labels: labels.length === 0 ? undefined : labels,
      registry: this.one('registry'),
      verdict: this.one('verdict'),
      minSeverity: this.one('min-severity'),
      inconclusive: inconclusive === 'true' ? true : inconclusive,
    }).filter(([, value]) => value !== undefined);
    return inWords(() => selectionOf(Object.fromEntries(given)), PARAMETER_OF);
  }

  get limit(): number {
    const text = this.one('limit') ?? String(LIMIT.usual);
    const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    if (limit >= 1 && limit <= LIMIT.most) return limit;
    throw badInput(`limit: found ${shown(text)}, expected 1 to ${LIMIT.most}`);
  }

  after<T>(cursor: z.ZodMiniType<T>): T | undefined {
    const text = this.one('page');
    return text === undefined ? undefined : readPageToken(text, this.#asked(), cursor);
  }

  /** The same question, for what comes behind the cursor. */
  link(cursor: unknown): string {
    const query = new URLSearchParams(this.#query);
    query.set('page', writePageToken(this.#asked(), cursor));
    return `<${this.#path}?${query}>; rel="next"`;
  }

  #asked(): string {
    const query = new URLSearchParams(this.#query);
    query.delete('page');
    query.delete('limit');
    query.sort();
    return `${this.#path}?${query}`;
  }
}

export const SELECT = ['tag', 'label', 'registry', 'verdict', 'min-severity', 'inconclusive'];
export const PAGE = ['limit', 'page'];

function patternOf(text: string): string {
  return /[*?[{]/.test(text) ? text : tagKeyOf(parseReference(text));
}

/** As parsers call them, and as they are called here. */
const PARAMETER_OF: Readonly<Record<string, string>> = {
  patterns: 'tag',
  labels: 'label',
  minSeverity: 'min-severity',
};

/** What a parser says is wrong, as a problem of the question. */
export function inWords<T>(parse: () => T, names: Readonly<Record<string, string>> = {}): T {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof Problem || thrown instanceof InvalidReferenceError) {
      throw badInput(thrown.message.replace(/^\w+(?=: )/, (name) => names[name] ?? name));
    }
    throw thrown;
  }
}

export function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
