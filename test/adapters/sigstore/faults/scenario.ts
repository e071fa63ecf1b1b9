import type { createFileVerifier } from '../../../../lambda/adapters/sigstore/file-verifier.ts';
import type { createVerifier, rememberRoots } from '../../../../lambda/adapters/sigstore/index.ts';
import type { TrustRoots } from '../../../../lambda/application/ports.ts';
import { digestOf } from '../../../../lambda/domain/digest.ts';
import type { Policy } from '../../../../lambda/domain/policy.ts';
import { predicateTypeOf } from '../../../../lambda/domain/predicate-type.ts';
import type { Verification } from '../../../../lambda/domain/verdict.ts';
import { Bench, IDENTITY, ISSUER } from '../../../support/sigstore/bench.ts';
import type { FileBench, VectorFiles } from '../../../support/sigstore/conformance/index.ts';
import type { SigstoreDouble } from '../../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../../support/sigstore/memory-registry.ts';
import { keyless, policyOf, REPOSITORY, ruleOfPem } from '../policies.ts';

/** What is verified with: the module that can fail. */
export interface Verifiers {
  readonly createVerifier: typeof createVerifier;
  readonly createFileVerifier: typeof createFileVerifier;
  readonly rememberRoots: typeof rememberRoots;
}

export type Verify = (module: Verifiers) => Promise<Verification>;

/** A way through the code, the same each time. */
export interface Scenario {
  readonly name: string;
  /** Each of several candidates is needed for the verdict. */
  readonly isWhole?: boolean;
  readonly make: (sigstore: SigstoreDouble, files: FileBench) => Promise<Verify>;
}

/** An image, and who asks about it how. */
export interface Asked {
  readonly build: (bench: Bench, registry: MemoryRegistry) => Promise<void>;
  /** @default whoever has the identity of the bench */
  readonly policy?: (bench: Bench) => Policy;
  /** Instead of the store with the root of the bench. */
  readonly roots?: (sigstore: SigstoreDouble) => Partial<TrustRoots>;
  /** Asks for attestations of this type only. */
  readonly type?: string;
}

export function ofImage({ build, policy = byIdentity, roots, type }: Asked): Scenario['make'] {
  return async (sigstore) => {
    const registry = new MemoryRegistry();
    const bench = new Bench(sigstore, registry);
    const digest = await bench.image('v1');
    await build(bench, registry);
    const wanted = policy(bench);
    const given = { ...unread({ private: bench.trustedRoot() }), ...roots?.(sigstore) };
    return ({ createVerifier, rememberRoots }) => {
      const { now } = sigstore;
      const verifier = createVerifier({ registry, trustRoots: rememberRoots(given, now), now });
      if (type === undefined) return verifier.verify(REPOSITORY, digest, wanted, 'hash');
      const named = { name: type, predicateType: predicateTypeOf(type) ?? type };
      return verifier.verifyAttestation(REPOSITORY, digest, wanted, 'hash', named);
    };
  };
}

export function ofFile(
  build: (files: FileBench) => Promise<VectorFiles>,
  by: 'bytes' | 'digest',
): Scenario['make'] {
  return async (_, files) => {
    const { bundle, file = files.file, root = files.root(), key } = await build(files);
    const rule = key === undefined ? keyless(IDENTITY, ISSUER) : ruleOfPem(key);
    const policy = policyOf(rule, { trustRoot: 'given', unsafeIgnoreTransparencyLog: false });
    const bytes = bundle instanceof Buffer ? bundle : Buffer.from(JSON.stringify(bundle));
    const artifact = by === 'digest' ? { digest: digestOf(file) } : { bytes: file };
    return ({ createFileVerifier }) =>
      createFileVerifier(unread({ given: root }), () => new Date()).verifyFile(
        ...([bytes, artifact, policy, 'hash'] as const),
      );
  };
}

let reads = 0;

/** Roots of other bytes and the same content each time: one that is known would not be parsed again. */
function unread(roots: Readonly<Record<string, Uint8Array>>): TrustRoots {
  return {
    read: async (name) => {
      const bytes = roots[name];
      return bytes && Buffer.concat([bytes, Buffer.alloc(++reads, ' ')]);
    },
  };
}

/** As cosign looks, with the key of the bench and without a log. */
export function byKey({ key }: Bench): Policy {
  return policyOf(ruleOfPem(key.pem), { mode: 'cosign' });
}

export function byIdentity(): Policy {
  return policyOf(keyless(IDENTITY, ISSUER), { trustRoot: 'private' });
}
