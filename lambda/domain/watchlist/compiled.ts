import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonicalJson } from '../canonical-json.ts';
import { TagwardenError } from '../errors.ts';
import { NO_POLICY, type Policy, PUBLIC_GOOD } from '../policy.ts';
import { policyHashOf } from '../policy-hash.ts';
import * as shape from '../shapes.ts';
import { parseStrictJson } from '../strict-json.ts';
import type { CompiledWatchlist } from '../watch.ts';

/** A text that is no compiled watch list, or one that was changed after it was compiled. */
export class CompiledWatchlistError extends TagwardenError<'INVALID_COMPILED_WATCHLIST'> {
  constructor(problem: string) {
    super('INVALID_COMPILED_WATCHLIST', `invalid compiled watch list: ${problem}`);
  }
}

const VERSION = 1;
/** A million watches take about half a gigabyte: what a function can hold is a tenth of that. */
const LARGEST = 128 * 1024 * 1024;
const DEEPEST = 20;

/** What `cdk deploy` uploads. The same list gives the same bytes, whatever the order of its keys. */
export function serializeWatchlist(list: CompiledWatchlist): string {
  const { watches, policies, policyNames, trustRoots, registries } = list;
  return canonicalJson({
    v: VERSION,
    watches,
    policies: Object.fromEntries(policies),
    policyNames: Object.fromEntries(policyNames),
    trustRoots: Object.fromEntries(
      [...trustRoots].map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
    ),
    registries,
  });
}

/** By which a deployment says which list it means: hex. */
export function hashOfSerialized(serialized: string | Uint8Array): string {
  return createHash('sha256').update(serialized).digest('hex');
}

const watch = z.strictObject({
  ...shape.terms,
  ...shape.target,
  tag: z.optional(shape.tag),
  digest: z.optional(shape.digest),
  filter: z.optional(z.strictObject(shape.filter)),
});

const registry = z.object({
  host: shape.registry,
  allowPrivate: z.boolean(),
  plainHttp: z.boolean(),
  ca: z.optional(z.string()),
});

const list = z.strictObject({
  v: z.literal(VERSION),
  watches: z.array(watch),
  policies: z.record(z.string(), z.looseObject({ v: z.literal(1) })),
  policyNames: z.record(z.string(), z.string()),
  trustRoots: z.record(z.string(), z.base64()),
  registries: z.array(registry),
});

/**
 * Reads what {@link serializeWatchlist} wrote. `hash` is the one that the deployment names: bytes that
 * somebody put in their place are not read at all.
 *
 * @throws {CompiledWatchlistError}
 */
export function deserializeWatchlist(serialized: Uint8Array, hash: string): CompiledWatchlist {
  const found = hashOfSerialized(serialized);
  if (found !== hash) {
    throw new CompiledWatchlistError(`its hash is ${found}, the deployment names ${hash}`);
  }
  const json = parseStrictJson(serialized, { maxBytes: LARGEST, maxDepth: DEEPEST });
  if ('problem' in json) throw new CompiledWatchlistError(`it ${json.problem}`);
  const v = z.looseObject({ v: z.unknown() }).safeParse(json.value).data?.v;
  if (v !== VERSION) {
    throw new CompiledWatchlistError(`it has version ${String(v)}, this program knows ${VERSION}`);
  }
  const problem = shape.problemOf(list, json.value);
  if (problem !== undefined) throw new CompiledWatchlistError(problem);
  return compiledOf(json.value as Serialized);
}

interface Serialized extends Pick<CompiledWatchlist, 'watches' | 'registries'> {
  readonly policies: Readonly<Record<string, Policy>>;
  readonly policyNames: Readonly<Record<string, string>>;
  readonly trustRoots: Readonly<Record<string, string>>;
}

function compiledOf(serialized: Serialized): CompiledWatchlist {
  const { watches, registries } = serialized;
  const compiled = {
    watches,
    registries,
    policies: new Map(Object.entries(serialized.policies)),
    policyNames: new Map(Object.entries(serialized.policyNames)),
    trustRoots: new Map(
      Object.entries(serialized.trustRoots).map(([name, text]) => [
        name,
        new Uint8Array(Buffer.from(text, 'base64')),
      ]),
    ),
  };
  for (const problem of inconsistencies(compiled)) throw new CompiledWatchlistError(problem);
  return compiled;
}

/** Everything is named by its content, or by something that is there. */
function* inconsistencies(compiled: CompiledWatchlist): Generator<string> {
  yield* ofPolicies(compiled);
  yield* ofWatches(compiled);
  const { registries } = compiled;
  const hosts = new Set(registries.map(({ host }) => host));
  if (hosts.size < registries.length) yield 'a registry is there twice';
}

function* ofPolicies(compiled: CompiledWatchlist): Generator<string> {
  const { policies, policyNames, trustRoots } = compiled;
  for (const [hash, policy] of policies) {
    if (policyHashOf(policy) !== hash) yield `the policy ${hash} does not hash to its name`;
    const { trustRoot } = policy;
    if (trustRoot !== PUBLIC_GOOD && !trustRoots.has(trustRoot)) yield `no root ${trustRoot}`;
  }
  for (const [name, bytes] of trustRoots) {
    if (name !== `sha256:${hashOfSerialized(bytes)}`) yield `the root ${name} is not its bytes`;
  }
  for (const [name, hash] of policyNames) if (!isKnown(compiled, hash)) yield `no policy ${name}`;
}

function* ofWatches(compiled: CompiledWatchlist): Generator<string> {
  const ids = new Set<string>();
  for (const { watchId, policy, tag, digest, filter } of compiled.watches) {
    if (ids.has(watchId)) yield `the watch ${watchId} is there twice`;
    ids.add(watchId);
    if (!isKnown(compiled, policy)) yield `no policy ${policy} of the watch ${watchId}`;
    const kinds = [tag, digest, filter].filter((each) => each !== undefined).length;
    if (kinds !== 1) yield `the watch ${watchId} names ${kinds} of a tag, a digest and a filter`;
  }
}

function isKnown({ policies }: CompiledWatchlist, hash: string): boolean {
  return hash === NO_POLICY || policies.has(hash);
}
