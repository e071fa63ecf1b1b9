import { parseSync } from '@swc/core';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A node of swc's syntax tree, as far as it matters here. */
interface Node {
  readonly type: string;
  readonly span?: Span;
  readonly [name: string]: unknown;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/**
 * The same code, with points at which something can be made to go wrong, each with a name that says
 * where it is and what: `judge.ts:42:7 byKey`. At them every function says that it was entered, and
 * every call of something that comes from elsewhere that it is about to be made.
 *
 * @param calls whether calls of what is imported from elsewhere count, too
 */
export function withPoints(
  code: string,
  file: string,
  calls: boolean,
): { code: string; points: string[] } {
  const bytes = Buffer.from(code);
  const tree = parseSync(code, {
    syntax: file.endsWith('.ts') ? 'typescript' : 'ecmascript',
    target: 'es2024',
  }) as unknown as Node;
  const finder = new Finder(bytes, file, startOf(tree, bytes), calls ? importsOf(tree) : new Set());
  finder.walk(tree, 'module');
  return { code: inserted(bytes, finder.insertions), points: finder.points };
}

/** swc counts on from the last file that it read: the tree starts at its first token. */
function startOf(tree: Node, bytes: Buffer): number {
  const text = bytes.toString();
  const comments = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';
  return (tree.span?.start ?? 0) - Buffer.byteLength(comments);
}

/** Names that come from packages and from Node. */
function importsOf(tree: Node): Set<string> {
  const names = (tree.body as readonly Node[]).flatMap((statement) => {
    const source = (statement.source as { value?: string } | undefined)?.value ?? '.';
    if (statement.type !== 'ImportDeclaration' || source.startsWith('.')) return [];
    const specifiers = statement.specifiers as readonly { local: { value: string } }[];
    return specifiers.map(({ local }) => local.value);
  });
  return new Set(names);
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'Constructor',
  'GetterProperty',
  'MethodProperty',
]);

const BLOCKS = new Set(['BlockStatement', 'FunctionBody']);

class Finder {
  readonly insertions: Insertion[] = [];
  readonly points: string[] = [];
  readonly #bytes: Buffer;
  readonly #file: string;
  readonly #offset: number;
  readonly #foreign: ReadonlySet<string>;

  constructor(bytes: Buffer, file: string, offset: number, foreign: ReadonlySet<string>) {
    this.#bytes = bytes;
    this.#file = file;
    this.#offset = offset;
    this.#foreign = foreign;
  }

  walk(node: Node, name: string): void {
    const own = nameOf(node) ?? name;
    if (FUNCTIONS.has(node.type)) this.#enter(node.body as Node | null, own);
    // A method is a function of another shape.
    const { function: inner } = node as { function?: Node };
    if (inner?.body) this.#enter(inner.body as Node, own);
    this.#call(node);
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) this.walk(child, own);
      }
    }
  }

  #enter(body: Node | null, name: string): void {
    if (body?.span === undefined) return;
    if (BLOCKS.has(body.type)) {
      this.#insert(body.span.start + 1, this.#reach(body.span, name));
    } else {
      this.#wrap(body.span, name);
    }
  }

  #call(node: Node): void {
    if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return;
    const callee = calledName(node.callee as Node);
    if (callee === undefined || node.span === undefined) return;
    if (this.#foreign.has(callee.split('.')[0] ?? '')) this.#wrap(node.span, `call of ${callee}`);
  }

  #wrap(span: Span, name: string): void {
    this.#insert(span.start, `(${this.#reach(span, name).slice(0, -1)}, `);
    this.#insert(span.end, ')');
  }

  #insert(at: number, text: string): void {
    this.insertions.push({ at: at - this.#offset, text });
  }

  #reach({ start }: Span, name: string): string {
    const lines = this.#bytes
      .subarray(0, start - this.#offset)
      .toString()
      .split('\n');
    const id = `${this.#file}:${lines.length}:${lines.at(-1)?.length} ${name}`;
    this.points.push(id);
    return `__reached(${JSON.stringify(id)});`;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** Of what declares one: it is the name of the functions within, too, if they have none. */
function nameOf({ type, identifier, id, key }: Node): string | undefined {
  if (!/Declarat|Function|Method|Property|Constructor|KeyValue/.test(type)) return undefined;
  const named = (identifier ?? id ?? key) as { value?: unknown; id?: { value?: unknown } } | null;
  const value = named?.value ?? named?.id?.value;
  return typeof value === 'string' ? value : undefined;
}

function calledName(callee: Node | undefined): string | undefined {
  if (callee?.type === 'Identifier') return String(callee.value);
  if (callee?.type !== 'MemberExpression') return undefined;
  const [object, property] = [callee.object as Node, callee.property as Node];
  return object.type === 'Identifier' && property.type === 'Identifier'
    ? `${object.value}.${property.value}`
    : undefined;
}

function inserted(bytes: Buffer, insertions: readonly Insertion[]): string {
  const parts: string[] = [];
  let from = 0;
  // Of two at one place the one that closes comes first: what it closes is before the other.
  const inOrder = insertions.toSorted(
    (a, b) => a.at - b.at || Number(b.text === ')') - Number(a.text === ')'),
  );
  for (const { at, text } of inOrder) {
    parts.push(bytes.subarray(from, at).toString(), text);
    from = at;
  }
  return [...parts, bytes.subarray(from).toString()].join('');
}
