import { generateKeyPairSync } from 'node:crypto';
import { Bench } from '../../support/sigstore/bench.ts';
import type { Tlv } from '../../support/sigstore/der-tree.ts';
import { type SigstoreDouble, startSigstore } from '../../support/sigstore/index.ts';
import { MemoryRegistry } from '../../support/sigstore/memory-registry.ts';
import { keySigner, type Signer } from '../../support/sigstore/signer.ts';
import { BYTE_OPERATIONS, type Operation } from './bytes.ts';
import type { MutatedCase } from './cases.ts';
import { contentOf } from './content.ts';
import { editTree } from './der-operations.ts';
import { JSON_OPERATIONS } from './json-operations.ts';
import { Random } from './random.ts';
import { FORMS, type SignedPart } from './signed-forms.ts';

/**
 * Images whose signer, authority or log did one thing as nobody should: the change is made before
 * it is signed, so that every signature over it is good, and only reading it can tell.
 */
export class SignedCases {
  readonly #sigstore: SigstoreDouble;
  /** Of the key that the policies want. */
  readonly #key: Signer = keySigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

  private constructor(sigstore: SigstoreDouble) {
    this.#sigstore = sigstore;
  }

  static async start(): Promise<SignedCases> {
    return new SignedCases(await startSigstore());
  }

  close(): Promise<void> {
    return this.#sigstore.close();
  }

  /** The public key of `--key signer.pub`. */
  get pem(): string {
    return this.#key.pem;
  }

  /** One after the other: services that distort do so for whoever asks. */
  async make(seed: string, number: number): Promise<MutatedCase> {
    const id = `${seed}:s${number}`;
    const random = new Random(id);
    for (;;) {
      const made = await this.#tryMake(random);
      if (made !== undefined) return { id, ...made };
    }
  }

  async #tryMake(random: Random): Promise<Omit<MutatedCase, 'id'> | undefined> {
    const { name, command, flags, parts, build } = random.pick(FORMS);
    const part = random.pick(parts);
    const registry = new MemoryRegistry();
    const bench = new Bench(this.#sigstore, registry);
    await bench.image('exhibit');
    const distortion = new Distortion(random);
    const undo = apply(distortion, this.#sigstore, part);
    try {
      await build(bench, this.#key, (json) => (part === 'payload' ? distortion.json(json) : json));
    } catch {
      // What was made of it is such that even the double cannot go on.
      return undefined;
    } finally {
      undo();
    }
    if (distortion.said === undefined) return undefined;
    const content = contentOf(registry, bench.digest, Buffer.from(this.#sigstore.trustedRoot()));
    const exhibit = { name: `signed ${name}`, command, flags, content };
    return { exhibit, part: `signed ${part}`, said: distortion.said, content };
  }
}

/** One change, of the first thing that comes by. */
class Distortion {
  readonly #random: Random;
  said: string | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  json(bytes: Buffer): Buffer {
    const operations: readonly Operation[] = this.#random.chance(6)
      ? BYTE_OPERATIONS
      : JSON_OPERATIONS;
    const change =
      this.said === undefined ? this.#random.pick(operations)(bytes, this.#random) : undefined;
    if (change === undefined || change.bytes.equals(bytes)) return bytes;
    this.said = change.said;
    return change.bytes;
  }

  der(tree: Tlv): void {
    this.said ??= editTree(tree, this.#random);
  }
}

function apply(distortion: Distortion, { services }: SigstoreDouble, part: SignedPart): () => void {
  const { authority, rekorV1, rekorV2, timestamps } = services;
  const distortBody = (body: Buffer) => distortion.json(body);
  const distortTree = (tree: Tlv) => distortion.der(tree);
  if (part === 'certificate') authority.distort = distortTree;
  if (part === 'timestamp') timestamps.distort = distortTree;
  if (part === 'log entry') Object.assign(rekorV1, { distort: distortBody });
  if (part === 'log entry') Object.assign(rekorV2, { distort: distortBody });
  return () => {
    for (const service of [authority, rekorV1, rekorV2, timestamps]) delete service.distort;
  };
}
