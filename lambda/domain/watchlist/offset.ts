import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type YAMLMap,
} from 'yaml';
import type { Path } from './problem.ts';

/** Where in the text a path is: its key or its value, or the deepest thing on the way that exists. */
export function offsetOf(document: Document, path: Path, at: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const child = childOf(isAlias(node) ? node.resolve(document) : node, part);
    if (child === undefined) return offset;
    const { key, value } = child;
    const isWanted = at === 'key' && depth === path.length - 1;
    offset = (isWanted ? startOf(key) : startOf(value)) ?? startOf(key) ?? offset;
    node = value;
  }
  return offset;
}

function childOf(
  node: unknown,
  part: string | number,
): { readonly key: unknown; readonly value: unknown } | undefined {
  if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
    return { key: undefined, value: node.items[part] };
  }
  return isMap(node) ? pairOf(node, String(part)) : undefined;
}

function pairOf(map: YAMLMap, name: string) {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? ((node as Node).range?.[0] ?? undefined) : undefined;
}
