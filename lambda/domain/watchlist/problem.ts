/** One thing that is wrong with a watch list, and where. Lines and columns count from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** `watch[3].policy`; empty for the file as a whole. */
  readonly path: string;
  /** `found …, expected …`, with a suggestion where one is near. */
  readonly message: string;
}

/** Beyond this many nobody reads on, and finding their places takes time. */
export const MOST_PROBLEMS = 1_000;

export type Path = readonly (string | number)[];

/** One line for each problem: `watchlist.yaml:7:5 watch[2].policy: found "x", expected …`. */
export function formatProblems(problems: readonly Problem[], file: string): string[] {
  return problems.map(({ line, column, path, message }) =>
    path === ''
      ? `${file}:${line}:${column} ${message}`
      : `${file}:${line}:${column} ${path}: ${message}`,
  );
}

/** `watch[3].labels["a b"]`. */
export function formatPath(path: Path): string {
  return path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      return /^[A-Za-z0-9_-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

/** A value as a message shows it: short, on one line, and never the text of a key. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  if (value.includes('-----BEGIN')) return 'a PEM block';
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}

/** `; did you mean "release"?` where a known name is within a third of the letters; else nothing. */
export function suggestion(found: string, known: readonly string[]): string {
  const name = found.slice(0, 100).toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined || best.distance > Math.max(1, Math.ceil(best.candidate.length / 3))) {
    return '';
  }
  return `; did you mean ${JSON.stringify(best.candidate)}?`;
}

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  const rows = [[...Array(b.length + 1).keys()]];
  const at = (i: number, j: number) => rows[i]?.[j] as number;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const replaced = at(i - 1, j - 1) + (isSame ? 0 : 1);
      const swapped = isSwapped ? at(i - 2, j - 2) + 1 : replaced;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}
