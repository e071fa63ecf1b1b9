import { gzipSync } from 'node:zlib';
import type { Bench } from '../bench.ts';
import type { BoundedInput } from './input.ts';
import { times } from './times.ts';

const MIB = 1024 * 1024;
const common = { verdict: 'rejected broken-signature', requests: 4, bytes: MIB };

/** A good bundle about that, compressed, since it would be longer than a bundle may be. */
function stating(content: (bench: Bench) => object): BoundedInput['build'] {
  return async ({ bench }) => {
    const bundle = await bench.bundle({ content: content(bench) });
    await bench.attach(gzipSync(JSON.stringify(bundle)));
  };
}

function about(subject: (digest: Record<string, string>) => readonly object[]) {
  return stating((bench) => {
    const digest = { sha256: bench.digest.slice('sha256:'.length) };
    return { ...bench.statement(), subject: subject(digest) };
  });
}

function digests(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`d${n}`, '00']));
}

function nested(depth: number): object {
  return depth === 0 ? {} : { a: nested(depth - 1) };
}

/** Each is about the image, by the right signer, and would verify without its bound. */
export const STATEMENTS: readonly BoundedInput[] = [
  {
    ...common,
    name: '1,025 subjects',
    detail: /1025 entries, at most 1024/,
    build: about((digest) => [{ digest }, ...times(1_024, { digest: { a: '00' } })]),
  },
  {
    ...common,
    name: '100,000 subjects',
    detail: /too many values in subject/,
    build: about((digest) => [{ digest }, ...times(99_999, { digest: { a: '00' } })]),
  },
  {
    ...common,
    name: '33 digests of a subject',
    detail: /33 entries, at most 32/,
    build: about((digest) => [{ digest: { ...digest, ...digests(32) } }]),
  },
  {
    ...common,
    name: '100,000 digests of a subject',
    detail: /too many values in subject/,
    build: about((digest) => [{ digest: { ...digest, ...digests(99_999) } }]),
  },
  {
    ...common,
    name: 'a statement of 300,000 values',
    detail: /statement has too many values/,
    build: stating((bench) => {
      return bench.statement(bench.digest, undefined, { a: times(300_000, 0) });
    }),
  },
  {
    ...common,
    name: 'a statement nested 101 deep',
    detail: /nested deeper than 100/,
    build: stating((bench) => bench.statement(bench.digest, undefined, nested(99))),
  },
];
