import type { EventKind } from '../event.ts';
import { SEVERITIES, type Severity, severityRank } from '../severity.ts';

/** Which alerts somebody wants; everything given must hold. */
export interface AlertFilter {
  readonly minSeverity?: Severity;
  /** Any of these. */
  readonly kinds?: readonly EventKind[];
  /** Any of these canonical hosts. */
  readonly registries?: readonly string[];
  /** `key=value`: any of these. */
  readonly labels?: readonly string[];
}

/** An SNS filter policy over message attributes: for each name the values that it may have. */
export type FilterPolicy = Readonly<Record<string, readonly string[]>>;

export type FilterResult =
  /** Without a policy every alert is admitted. */
  | { readonly ok: true; readonly policy?: FilterPolicy }
  | { readonly ok: false; readonly problem: string };

/** Of the product of the numbers of values (SNS Developer Guide, "Filter policy constraints"). */
const MOST_COMBINATIONS = 150;

/** The filter policy that says the same, or why SNS cannot say it. */
export function filterPolicyOf(filter: AlertFilter): FilterResult {
  const { minSeverity, kinds = [], registries = [], labels = [] } = filter;
  const wanted: readonly (readonly [name: string, values: readonly string[]])[] = [
    ['severity', minSeverity === undefined ? [] : atLeast(minSeverity)],
    ['kind', kinds],
    ['registry', registries],
    ['labels', labels],
  ];
  // In an array attribute SNS compares these in their escaped form: the filter would never match.
  const unfit = labels.find((label) => /["\\]/.test(label));
  if (unfit !== undefined) {
    return refused(
      `the label ${JSON.stringify(unfit)}: SNS cannot filter by quotes or backslashes`,
    );
  }
  const given = wanted.filter(([, values]) => values.length > 0);
  const combinations = given.reduce((product, [, values]) => product * new Set(values).size, 1);
  if (combinations > MOST_COMBINATIONS) {
    return refused(
      `the filter has ${combinations} combinations of values, SNS takes ${MOST_COMBINATIONS}: expected fewer kinds, registries or labels, or several endpoints`,
    );
  }
  if (given.length === 0) return { ok: true };
  return {
    ok: true,
    policy: Object.fromEntries(given.map(([name, values]) => [name, [...new Set(values)]])),
  };
}

function atLeast(least: Severity): readonly Severity[] {
  return SEVERITIES.filter((severity) => severityRank(severity) >= severityRank(least));
}

function refused(problem: string): FilterResult {
  return { ok: false, problem };
}

/**
 * Whether SNS hands a message with these attributes to a subscription with this policy. Undefined
 * for a policy that somebody wrote by hand with more than plain values.
 */
export function admits(
  policy: Readonly<Record<string, unknown>>,
  attributes: Readonly<Record<string, string | readonly string[]>>,
): boolean | undefined {
  let known = true;
  for (const [name, values] of Object.entries(policy)) {
    const has = [attributes[name] ?? []].flat();
    if (isPlain(values)) {
      if (!values.some((value) => has.includes(value))) return false;
    } else known = false;
  }
  return known ? true : undefined;
}

/** `min-severity high, label team=payments`: a policy in the words of the flags. */
export function filterText(policy: Readonly<Record<string, unknown>> | undefined): string {
  if (policy === undefined) return 'everything';
  const parts = Object.entries(policy).map(([name, values]) => {
    if (!isPlain(values)) return `${name} ${JSON.stringify(values)}`;
    const least = name === 'severity' ? leastOf(values) : undefined;
    return least === undefined ? `${name} ${values.join(' or ')}` : `min-severity ${least}`;
  });
  return parts.join(', ');
}

function leastOf(values: readonly string[]): Severity | undefined {
  return SEVERITIES.find((least) => {
    const all: readonly string[] = atLeast(least);
    return all.length === values.length && all.every((severity) => values.includes(severity));
  });
}

function isPlain(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string');
}
