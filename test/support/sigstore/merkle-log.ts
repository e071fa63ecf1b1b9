import { sha256 } from './x509.ts';

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly root: Buffer;
  readonly hashes: readonly Buffer[];
  /** The signed note of the log at this size. */
  readonly checkpoint: string;
}

/** Signs a checkpoint's text; the hint goes before the signature (C2SP signed-note). */
export interface NoteSigner {
  readonly name: string;
  readonly hint: Uint8Array;
  readonly sign: (note: Uint8Array) => Uint8Array;
}

/** An append-only Merkle tree (RFC 6962 section 2) with checkpoints. */
export class MerkleLog {
  readonly #leaves: Buffer[] = [];
  readonly #origin: string;
  readonly #signer: NoteSigner;

  constructor(origin: string, signer: NoteSigner) {
    this.#origin = origin;
    this.#signer = signer;
    // Proofs of a log with one entry have no hashes: start with some.
    for (let n = 0; n < 5; n += 1) this.append(Buffer.from(`padding ${n}`));
  }

  append(leaf: Uint8Array): Inclusion {
    this.#leaves.push(sha256(Buffer.from([0]), leaf));
    const size = this.#leaves.length;
    const index = size - 1;
    const root = this.#rootOf(0, size);
    const hashes = this.#path(index, 0, size);
    return { index, size, root, hashes, checkpoint: this.#checkpoint(size, root) };
  }

  #checkpoint(size: number, root: Buffer): string {
    const note = `${this.#origin}\n${size}\n${root.toString('base64')}\n`;
    const signature = Buffer.concat([
      this.#signer.hint,
      this.#signer.sign(Buffer.from(note)),
    ]).toString('base64');
    return `${note}\n\u2014 ${this.#signer.name} ${signature}\n`;
  }

  #rootOf(from: number, to: number): Buffer {
    const only = this.#leaves[from];
    if (to - from === 1 && only !== undefined) return only;
    const middle = from + splitOf(to - from);
    return sha256(Buffer.from([1]), this.#rootOf(from, middle), this.#rootOf(middle, to));
  }

  #path(index: number, from: number, to: number): Buffer[] {
    if (to - from <= 1) return [];
    const middle = from + splitOf(to - from);
    return index < middle
      ? [...this.#path(index, from, middle), this.#rootOf(middle, to)]
      : [...this.#path(index, middle, to), this.#rootOf(from, middle)];
  }
}

/** The largest power of two that is smaller. */
function splitOf(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}
