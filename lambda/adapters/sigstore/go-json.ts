import { fold } from './envelope.ts';
import { MAX_JSON_DEPTH } from './limits.ts';
import { Refusal } from './refusal.ts';

/** What a Go structure takes from JSON: texts, maps of anything, and structures of these. */
export type GoShape = 'string' | 'map' | GoStructure;
export interface GoStructure {
  readonly [name: string]: GoShape;
}

/** Texts, of maps also numbers and the like; what has no value is undefined. */
export interface GoObject {
  [name: string]: unknown;
}

/**
 * JSON as Go's encoding/json reads it into a structure: names match in any case, of two the last
 * one counts and structures are filled by both, `null` changes nothing, and a value of another type
 * refuses the whole. What a signer says twice, cosign reads in this way.
 *
 * @throws for what is not JSON, or not of this shape
 */
export function readGoJson(text: string, structure: GoStructure): GoObject {
  // Says whether it is JSON at all, so that to read it once more is simple.
  JSON.parse(text);
  const found: GoObject = Object.create(null);
  new Reader(text).fill(found, structure, 0);
  return found;
}

/** Strings, structure, and everything else; linear, as in `strict-json.ts`. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Walks over text that is known to be JSON. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(TOKEN) ?? [];
  }

  #take(): string {
    const token = this.#tokens[this.#at] ?? '';
    this.#at += 1;
    return token;
  }

  /** Reads an object, or `null`, into what there is already. */
  fill(target: GoObject, structure: GoStructure, depth: number): void {
    if (depth > MAX_JSON_DEPTH) throw new Refusal(`it is nested deeper than ${MAX_JSON_DEPTH}`);
    const names = new Map(Object.keys(structure).map((name) => [fold(name), name]));
    this.#members((spelled) => {
      const name = names.get(fold(spelled)) ?? '';
      const shape = structure[name];
      if (shape === undefined) this.#skip();
      else this.#assign(target, name, shape, depth);
    });
  }

  #assign(target: GoObject, name: string, shape: GoShape, depth: number): void {
    if (this.#tokens[this.#at] === 'null') {
      this.#at += 1;
      // A nil map is an empty one.
      if (shape === 'map') delete target[name];
      return;
    }
    if (shape === 'string') {
      target[name] = this.#string(name);
      return;
    }
    const inner = (target[name] ?? Object.create(null)) as GoObject;
    target[name] = inner;
    if (shape === 'map') this.#fillMap(inner);
    else this.fill(inner, shape, depth + 1);
  }

  #fillMap(map: GoObject): void {
    this.#members((key) => {
      map[key] = this.#value();
    });
  }

  #string(name: string): string {
    const token = this.#take();
    if (!token.startsWith('"')) throw new Refusal(`${name} is not a text`);
    return JSON.parse(token);
  }

  #members(read: (name: string) => void): void {
    const first = this.#take();
    if (first === 'null') return;
    if (first !== '{') throw new Refusal('it has something else where an object belongs');
    if (this.#tokens[this.#at] === '}') this.#at += 1;
    else {
      do {
        const name: string = JSON.parse(this.#take());
        this.#at += 1;
        read(name);
      } while (this.#take() === ',');
    }
  }

  /** A text or the like; of an object or a list only that it is none. */
  #value(): unknown {
    const from = this.#at;
    const first = this.#tokens[from] ?? '';
    this.#skip();
    // Go refuses numbers that are too large for it, also deep inside.
    if (this.#tokens.slice(from, this.#at).some(isInfinite))
      throw new Refusal('it has a number without end');
    return first === '{' || first === '[' ? {} : JSON.parse(first);
  }

  #skip(): void {
    let open = 0;
    do {
      const token = this.#take();
      if (token === '{' || token === '[') open += 1;
      if (token === '}' || token === ']') open -= 1;
    } while (open > 0);
  }
}

function isInfinite(token: string): boolean {
  return /^-?\d/.test(token) && !Number.isFinite(Number(token));
}
