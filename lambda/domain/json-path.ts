/**
 * Singular queries of JSONPath (RFC 9535, section 2.3.5.1): names and indexes only, so that a path
 * selects one node or none. `$.predicate.builder['id']`, `$.subject[0].name`.
 */

type Segment = string | number;

const SEGMENT =
  /\.([A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)|\[(0|-?[1-9]\d{0,14})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/suy;

/** Why a text is not a singular query: what was found and expected; undefined when it is one. */
export function jsonPathProblem(text: string): string | undefined {
  if (text.length <= 500 && segmentsOf(text) !== undefined) return undefined;
  return `found ${JSON.stringify(text.slice(0, 100))}, expected a JSONPath that selects one value: "$" followed by .name, ['name'] or [0]`;
}

/**
 * The value at the one node that the path selects, or undefined: no node, a name of something that
 * is no object, an index of something that is no array, or a path that is not singular.
 */
export function selectSingular(path: string, value: unknown): unknown {
  return segmentsOf(path)?.reduce<unknown>(childOf, value);
}

function childOf(value: unknown, segment: Segment): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (typeof segment === 'number') return Array.isArray(value) ? value.at(segment) : undefined;
  // `__proto__` and `length` are not members of the document.
  return !Array.isArray(value) && Object.hasOwn(value, segment)
    ? (value as Record<string, unknown>)[segment]
    : undefined;
}

function segmentsOf(text: string): Segment[] | undefined {
  if (!text.startsWith('$')) return undefined;
  const segments: Segment[] = [];
  for (let at = 1; at < text.length; at = SEGMENT.lastIndex) {
    SEGMENT.lastIndex = at;
    const segment = segmentFrom(SEGMENT.exec(text));
    if (segment === undefined) return undefined;
    segments.push(segment);
  }
  return segments;
}

function segmentFrom(match: RegExpExecArray | null): Segment | undefined {
  if (match === null) return undefined;
  const [, name, index, single, double] = match;
  if (index !== undefined) return Number(index);
  if (single !== undefined) return unescaped(single.replaceAll("\\'", "'").replaceAll('"', '\\"'));
  return double === undefined ? name : unescaped(double);
}

/** The escapes of a JSONPath name are those of JSON, besides its quotes. */
function unescaped(text: string): string | undefined {
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return undefined;
  }
}
