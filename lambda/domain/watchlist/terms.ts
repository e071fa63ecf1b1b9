import { parseDuration, parseInterval } from '../duration.ts';
import { NO_POLICY, type PolicyHash } from '../policy.ts';
import { MINUTE } from '../time.ts';
import type { Interval, WatchTerms } from '../watch.ts';
import { type Compilation, mappingOf } from './compilation.ts';
import { describe, type Path, suggestion } from './problem.ts';
import type { DefaultsInput, WatchInput } from './schema.ts';

const DEFAULT_INTERVAL: Interval = 5;
const DEFAULT_GRACE = 15 * MINUTE;

/** What every image of one entry gets. */
export type EntryTerms = Omit<WatchTerms, 'watchId' | 'pin'>;

/** Where the terms of an entry come from besides itself. */
export interface TermSources {
  readonly defaults: DefaultsInput;
  readonly policies: ReadonlyMap<string, PolicyHash>;
}

/** The defaults that can be used; a policy that does not exist is told here, once. */
export function compileDefaults(
  compilation: Compilation,
  section: unknown,
  policies: ReadonlyMap<string, PolicyHash>,
): DefaultsInput {
  const sound = Object.entries(mappingOf(section)).filter(([key]) =>
    compilation.isSound(['defaults', key]),
  );
  const defaults: DefaultsInput = Object.fromEntries(sound);
  if (defaults.policy !== undefined) {
    checkPolicy(compilation, defaults.policy, policies, ['defaults', 'policy']);
  }
  return defaults;
}

export function compileTerms(
  compilation: Compilation,
  input: WatchInput,
  sources: TermSources,
  path: Path,
): EntryTerms {
  const { defaults, policies } = sources;
  const policyName = policyNameOf(compilation, input, sources, path);
  return {
    policyName,
    policy: policies.get(policyName) ?? NO_POLICY,
    immutable: input.immutable ?? false,
    every: parseInterval(input.every ?? defaults.every ?? '') ?? DEFAULT_INTERVAL,
    signatureGrace:
      parseDuration(input.signatureGrace ?? defaults.signatureGrace ?? '') ?? DEFAULT_GRACE,
    labels: Object.entries(input.labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
  };
}

/** There is no silent default: a forgotten policy must not read as "signatures are not required". */
function policyNameOf(
  compilation: Compilation,
  input: WatchInput,
  { defaults, policies }: TermSources,
  path: Path,
): string {
  if (input.policy !== undefined) {
    checkPolicy(compilation, input.policy, policies, [...path, 'policy']);
    return input.policy;
  }
  if (defaults.policy === undefined && compilation.isSound(['defaults'])) {
    compilation.report(
      path,
      'found no policy, expected one here or under defaults; "policy: none" requires no signature',
    );
  }
  return defaults.policy ?? '';
}

function checkPolicy(
  compilation: Compilation,
  name: string,
  policies: ReadonlyMap<string, PolicyHash>,
  path: Path,
): void {
  if (policies.has(name)) return;
  const known = [...policies.keys()];
  compilation.report(
    path,
    `found the policy ${describe(name)}, expected one of ${known.join(', ')}${suggestion(name, known)}`,
  );
}
