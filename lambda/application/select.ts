import type { Severity } from '../domain/severity.ts';
import type { Verdict } from '../domain/verdict.ts';

/** SELECT of the command line: everything given must hold; several patterns or labels mean any of them. */
export interface Selection {
  /** References in canonical form or globs over tag keys (`*` crosses slashes). */
  readonly patterns?: readonly string[];
  /** `key=value`. */
  readonly labels?: readonly string[];
  readonly registry?: string;
  readonly verdict?: Verdict;
  readonly minSeverity?: Severity;
  readonly inconclusive?: boolean;
}

/** What a selection looks at; what a candidate cannot have (a severity, of a tag) is not compared. */
export interface Candidate {
  readonly tagKey: string;
  readonly registry?: string;
  readonly labels?: readonly string[];
  readonly verdicts?: readonly Verdict[];
  readonly severity?: Severity;
  readonly inconclusive?: boolean;
}

export declare function selects(selection: Selection): (candidate: Candidate) => boolean;
