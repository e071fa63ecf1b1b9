import type { FileBench, FileBundle } from './bench.ts';

/** What one vector gives to a verifier, as files. */
export interface VectorFiles {
  readonly bundle: FileBundle | Buffer;
  /** @default the file of the bench */
  readonly file?: Buffer;
  /** @default the trusted root of the bench's Sigstore */
  readonly root?: Buffer;
  /** PEM of the key that must have signed. @default the identity of `FileBench.someone` */
  readonly key?: string;
  /** The identity is wanted beside the key. */
  readonly both?: true;
}

/**
 * One case of Sigstore's conformance suite for clients, made anew: the same name, the same fault,
 * the same verdict. A name that ends in `_fail` must not verify.
 */
export interface Vector {
  readonly name: string;
  readonly build: (bench: FileBench) => Promise<VectorFiles>;
  /** What `cosign verify-blob` 3.1.3 says, where that is not the verdict of the suite. */
  readonly cosign?: 'verified' | 'refused';
}

export function shallVerify({ name }: Vector): boolean {
  return !name.endsWith('_fail');
}
