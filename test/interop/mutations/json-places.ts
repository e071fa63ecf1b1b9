import type { Node } from './json-tree.ts';
import type { Random } from './random.ts';

/** A change of a tree, and what it was; undefined where it cannot be made. */
export type Edit = (tree: Node, random: Random) => string | undefined;

export interface Place {
  readonly path: string;
  readonly node: Node;
  readonly put: (node: Node) => void;
}

/** Every value in it, from the outermost. */
export function placesOf(node: Node, path = '', put: Place['put'] = () => {}): Place[] {
  const own = { path, node, put };
  if (node.kind === 'list') {
    const below = node.items.flatMap((item, index) =>
      placesOf(item, `${path}[${index}]`, (changed) => {
        node.items[index] = changed;
      }),
    );
    return [own, ...below];
  }
  if (node.kind === 'atom') return [own];
  const below = node.members.flatMap((member) =>
    placesOf(member.value, `${path}.${JSON.parse(member.name)}`, (changed) => {
      member.value = changed;
    }),
  );
  return [own, ...below];
}

export function pickPlace(
  tree: Node,
  random: Random,
  wanted: (node: Node) => boolean,
): Place | undefined {
  const places = placesOf(tree).filter(({ node }) => wanted(node));
  return places.length === 0 ? undefined : random.pick(places);
}

export const isObject = (node: Node) => node.kind === 'object' && node.members.length > 0;
export const isString = (node: Node) => node.kind === 'atom' && node.raw.startsWith('"');
const isNumber = (node: Node) => node.kind === 'atom' && /^-?\d/.test(node.raw);
/** protobuf's JSON writes 64-bit numbers as strings. */
export const isNumeric = (node: Node) =>
  isNumber(node) || (isString(node) && /^"\d+"$/.test(rawOf(node)));

export function rawOf(node: Node): string {
  return node.kind === 'atom' ? node.raw : '';
}

export function atom(raw: string): Node {
  return { kind: 'atom', raw };
}

export function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
