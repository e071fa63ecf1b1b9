import { type Severity, severityRank } from '../domain/severity.ts';
import type { Verdict } from '../domain/verdict.ts';

/** SELECT of the command line: everything given must hold; several patterns or labels mean any of them. */
export interface Selection {
  /** Globs over tag keys or repositories: `*` stands for any text, also with slashes, `?` for one character. */
  readonly patterns?: readonly string[];
  /** `key=value`. */
  readonly labels?: readonly string[];
  readonly registry?: string;
  readonly verdict?: Verdict;
  readonly minSeverity?: Severity;
  readonly inconclusive?: boolean;
}

/** What a selection looks at; what is asked for and the candidate does not have, it does not match. */
export interface Candidate {
  readonly tagKey: string;
  readonly registry?: string;
  readonly labels?: readonly string[];
  readonly verdicts?: readonly Verdict[];
  readonly severity?: Severity;
  readonly inconclusive?: boolean;
}

export function selects(selection: Selection): (candidate: Candidate) => boolean {
  const { patterns = [], labels = [], registry, verdict, minSeverity, inconclusive } = selection;
  return (candidate) =>
    anyOf(patterns, (pattern) => names(pattern, candidate.tagKey)) &&
    anyOf(labels, (label) => candidate.labels?.includes(label) === true) &&
    (registry === undefined || candidate.registry === registry) &&
    (verdict === undefined || candidate.verdicts?.includes(verdict) === true) &&
    (minSeverity === undefined || atLeast(candidate.severity, minSeverity)) &&
    (inconclusive !== true || candidate.inconclusive === true);
}

function anyOf<T>(wanted: readonly T[], holds: (one: T) => boolean): boolean {
  return wanted.length === 0 || wanted.some(holds);
}

function atLeast(severity: Severity | undefined, least: Severity): boolean {
  return severity !== undefined && severityRank(severity) >= severityRank(least);
}

function names(pattern: string, tagKey: string): boolean {
  return globMatches(pattern, tagKey) || globMatches(pattern, repositoryOf(tagKey));
}

function repositoryOf(tagKey: string): string {
  return tagKey.replace(/(?:@[^@]*|:[^:/]*)$/, '');
}

/** Two pointers and one place to go back to: no pattern takes more than the product of both lengths. */
function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let mark = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(p));
}
