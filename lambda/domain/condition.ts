import type { Condition } from './policy.ts';
import { anchored, compileTextRule } from './text-rule.ts';

/** Longer texts match no pattern: those that people gate on are names, and megabytes take seconds. */
const LONGEST_TEXT = 10_000;

/**
 * Whether a value of a statement is what the condition wants: no value, a value of another type
 * (the text "3" for 3, a list around it) and a part of a text are not.
 */
export function meets(condition: Condition, found: unknown): boolean {
  if (typeof condition !== 'object') return found === condition;
  return (
    typeof found === 'string' &&
    found.length <= LONGEST_TEXT &&
    compileTextRule(anchored(condition.matches))(found)
  );
}

/** What is wanted, for the sentence "… is …, wanted …". */
export function describeCondition(condition: Condition): string {
  if (typeof condition !== 'object') return JSON.stringify(condition);
  return `a text that ${condition.matches} matches as a whole`;
}
