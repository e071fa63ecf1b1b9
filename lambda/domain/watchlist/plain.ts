import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { describe, type Path } from './problem.ts';

/** Something in a YAML tree that cannot become a plain value. */
export interface Finding {
  readonly offset: number;
  readonly path: Path;
  readonly message: string;
}

const DEEPEST = 32;
/** Aliases may stand for this many nodes in all, which is plenty for shared labels and signers. */
const MOST_ALIASED_NODES = 10_000;

interface Walk {
  readonly findings: Finding[];
  readonly anchors: Map<string, ParsedNode>;
  /** Collections that are being converted: an alias to one of them would never end. */
  readonly open: Set<ParsedNode>;
  aliasDepth: number;
  aliasedNodes: number;
}

/** Plain values of a YAML tree, and everything in it that a watch list must not have. */
export function toPlain(document: Document.Parsed): {
  value: unknown;
  findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const state = { anchors: new Map(), open: new Set<ParsedNode>(), aliasDepth: 0, aliasedNodes: 0 };
  return { value: convert({ findings, ...state }, document.contents, []), findings };
}

function convert(walk: Walk, node: ParsedNode | null, path: Path): unknown {
  if (node === null) return null;
  if (path.length > DEEPEST) {
    return report(
      walk,
      node,
      path.slice(0, 2),
      `found values nested deeper than ${DEEPEST}, expected a watch list`,
    );
  }
  if (walk.aliasDepth > 0 && !mayExpand(walk, node, path)) return null;
  if (isAlias(node)) return convertAlias(walk, node, path);
  // While an alias is expanded, its anchors were met before, and may mean something newer by now.
  if (node.anchor !== undefined && walk.aliasDepth === 0) walk.anchors.set(node.anchor, node);
  return isScalar(node) ? convertScalar(walk, node, path) : convertCollection(walk, node, path);
}

/** Attack: a few lines of aliases to lists of aliases, which expand to more than fits in memory. */
function mayExpand(walk: Walk, node: ParsedNode, path: Path): boolean {
  walk.aliasedNodes += 1;
  if (walk.aliasedNodes === MOST_ALIASED_NODES) {
    report(
      walk,
      node,
      path.slice(0, 2),
      `found aliases that stand for more than ${MOST_ALIASED_NODES} values, expected fewer`,
    );
  }
  return walk.aliasedNodes < MOST_ALIASED_NODES;
}

function convertAlias(walk: Walk, alias: Alias.Parsed, path: Path): unknown {
  const target = walk.anchors.get(alias.source);
  if (target === undefined || walk.open.has(target)) {
    return report(
      walk,
      alias,
      path,
      `found the alias *${alias.source}, expected &${alias.source} at a complete value before it`,
    );
  }
  walk.aliasDepth += 1;
  const value = convert(walk, target, path);
  walk.aliasDepth -= 1;
  return value;
}

function convertScalar(walk: Walk, node: Scalar.Parsed, path: Path): unknown {
  const { value } = node;
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value;
  return report(
    walk,
    node,
    path,
    'found a value of another type, expected a text, a number, true or false',
  );
}

function convertCollection(walk: Walk, node: YAMLMap.Parsed | YAMLSeq.Parsed, path: Path): unknown {
  walk.open.add(node);
  const value = isMap(node)
    ? convertMap(walk, node, path)
    : node.items.map((item, index) => convert(walk, item, [...path, index]));
  walk.open.delete(node);
  return value;
}

function convertMap(walk: Walk, map: YAMLMap.Parsed, path: Path): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : undefined;
    if (name === undefined || name === '__proto__') {
      report(walk, key, path, 'found a key that no watch list has, expected a name');
    } else if (entries.has(name)) {
      report(
        walk,
        key,
        [...path, name],
        `found the key ${describe(name)} again, expected each key once`,
      );
    } else {
      entries.set(name, convert(walk, value, [...path, name]));
    }
  }
  return Object.fromEntries(entries);
}

function report(walk: Walk, node: ParsedNode, path: Path, message: string): null {
  walk.findings.push({ offset: node.range[0], path, message });
  return null;
}
