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

/** Something in a YAML tree that cannot become a plain value. */
export interface Finding {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
}

const DEEPEST = 32;
const MOST_NODES = 2_000_000;
/** Aliases may stand for this many nodes in all, which is plenty for shared labels and signers. */
const MOST_ALIASED_NODES = 10_000;

interface Walk {
  readonly findings: Finding[];
  readonly anchors: Map<string, Node>;
  /** Anchored nodes that are being converted: an alias to one of them would never end. */
  readonly open: Set<Node>;
  nodes: number;
  aliased: number;
  aliasDepth: number;
}

/** Plain values of a YAML tree, and everything in it that a watch list must not have. */
export function toPlain(document: Document): { value: unknown; findings: Finding[] } {
  const walk: Walk = {
    findings: [],
    anchors: new Map(),
    open: new Set(),
    nodes: 0,
    aliased: 0,
    aliasDepth: 0,
  };
  return { value: convert(walk, document.contents, []), findings: walk.findings };
}

function convert(walk: Walk, node: unknown, path: Path): unknown {
  if (!isNode(node) || !mayConvert(walk, node, path)) return null;
  if (isAlias(node)) return convertAlias(walk, node, path);
  if ('anchor' in node && node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (isScalar(node)) return convertScalar(walk, node, path);
  walk.open.add(node);
  const value = isMap(node)
    ? convertMap(walk, node, path)
    : isSeq(node)
      ? node.items.map((item, index) => convert(walk, item, [...path, index]))
      : null;
  walk.open.delete(node);
  return value;
}

/** Attack: a few lines of aliases to aliases, or deep nesting, that expand to more than fits in memory. */
function mayConvert(walk: Walk, node: Node, path: Path): boolean {
  walk.nodes += 1;
  if (walk.aliasDepth > 0) walk.aliased += 1;
  if (path.length > DEEPEST) {
    return report(
      walk,
      node,
      path,
      `found values nested deeper than ${DEEPEST}, expected a watch list`,
    );
  }
  if (walk.nodes > MOST_NODES || walk.aliased > MOST_ALIASED_NODES) {
    const isFirst = walk.nodes === MOST_NODES + 1 || walk.aliased === MOST_ALIASED_NODES + 1;
    return isFirst
      ? report(
          walk,
          node,
          path,
          'found more values than expected in a watch list: aliases that expand, or a file that must be split',
        )
      : false;
  }
  return true;
}

function convertAlias(walk: Walk, alias: Node & { source: string }, path: Path): unknown {
  const target = walk.anchors.get(alias.source);
  if (target === undefined || walk.open.has(target)) {
    report(
      walk,
      alias,
      path,
      `found the alias *${alias.source}, expected one of a complete anchor before it`,
    );
    return null;
  }
  walk.aliasDepth += 1;
  const value = convert(walk, target, path);
  walk.aliasDepth -= 1;
  return value;
}

function convertScalar(walk: Walk, node: Node & { value: unknown }, path: Path): unknown {
  const { value } = node;
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
  report(
    walk,
    node,
    path,
    'found a value with a tag of its own, expected a text, number or boolean',
  );
  return null;
}

function convertMap(walk: Walk, map: YAMLMap, path: Path): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : undefined;
    const place = isNode(key) ? key : map;
    if (name === undefined || name === '__proto__') {
      report(walk, place, path, 'found a key that is no plain text, expected one');
    } else if (entries.has(name)) {
      report(
        walk,
        place,
        [...path, name],
        `found ${JSON.stringify(name)} a second time, expected each key once`,
      );
    } else {
      entries.set(name, convert(walk, value, [...path, name]));
    }
  }
  return Object.fromEntries(entries);
}

function report(walk: Walk, node: Node, path: Path, message: string): false {
  walk.findings.push({ offset: node.range?.[0] ?? 0, path, message });
  return false;
}
