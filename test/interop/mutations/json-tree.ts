/**
 * JSON as it is written: members in their order, twice if they are there twice, numbers and strings
 * letter by letter. What a parser would make of it is what the mutations are about.
 */
export type Node =
  | { readonly kind: 'object'; members: Member[] }
  | { readonly kind: 'list'; items: Node[] }
  | { readonly kind: 'atom'; raw: string };

/** The name is a literal with its quotes. */
export interface Member {
  name: string;
  value: Node;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/y;

/** @throws for what is not JSON. */
export function parseTree(text: string): Node {
  const tokens = new Tokens(text);
  const node = readNode(tokens);
  if (tokens.peek() !== undefined) throw new Error('there is more after the JSON value');
  return node;
}

class Tokens {
  readonly #text: string;
  #at = 0;
  #token: string | undefined;

  constructor(text: string) {
    this.#text = text.trimEnd();
    this.#advance();
  }

  #advance(): void {
    TOKEN.lastIndex = this.#at;
    const match = this.#at < this.#text.length ? TOKEN.exec(this.#text) : undefined;
    if (match === null) throw new Error(`no JSON at ${this.#at}`);
    this.#token = match?.[1];
    this.#at = match === undefined ? this.#at : TOKEN.lastIndex;
  }

  peek(): string | undefined {
    return this.#token;
  }

  take(expected?: string): string {
    const token = this.#token;
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new Error(`expected ${expected ?? 'a token'}, found ${token}`);
    }
    this.#advance();
    return token;
  }
}

function readNode(tokens: Tokens): Node {
  const token = tokens.take();
  if (token === '{') return { kind: 'object', members: readAll(tokens, '}', readMember) };
  if (token === '[') return { kind: 'list', items: readAll(tokens, ']', readNode) };
  JSON.parse(token);
  return { kind: 'atom', raw: token };
}

function readMember(tokens: Tokens): Member {
  const name = tokens.take();
  tokens.take(':');
  return { name, value: readNode(tokens) };
}

function readAll<T>(tokens: Tokens, end: string, read: (tokens: Tokens) => T): T[] {
  const items: T[] = [];
  while (tokens.peek() !== end) {
    if (items.length > 0) tokens.take(',');
    items.push(read(tokens));
  }
  tokens.take(end);
  return items;
}

export function printTree(node: Node): string {
  switch (node.kind) {
    case 'atom':
      return node.raw;
    case 'list':
      return `[${node.items.map(printTree).join(',')}]`;
    case 'object':
      return `{${node.members.map(({ name, value }) => `${name}:${printTree(value)}`).join(',')}}`;
  }
}

/** The value at a path of names and positions, or undefined. */
export function at(
  node: Node | undefined,
  ...path: readonly (string | number)[]
): Node | undefined {
  return path.reduce<Node | undefined>((found, step) => {
    if (found?.kind === 'list') return found.items[Number(step)];
    if (found?.kind !== 'object') return undefined;
    return found.members.find(({ name }) => JSON.parse(name) === step)?.value;
  }, node);
}

/** The text at a path, or undefined where there is no string. */
export function textAt(
  node: Node | undefined,
  ...path: readonly (string | number)[]
): string | undefined {
  const found = at(node, ...path);
  return found?.kind === 'atom' && found.raw.startsWith('"') ? JSON.parse(found.raw) : undefined;
}
