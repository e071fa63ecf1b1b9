import { gzipSync } from 'node:zlib';
import { BUNDLE_LAYER } from '../bench.ts';
import type { BundleJson } from '../bundle.ts';
import type { BoundedInput, Place } from './input.ts';
import { times } from './times.ts';

const MIB = 1024 * 1024;
const UNREAD = 'unsigned no-signature';

/** Manifest, listing and `.sig` are small beside what is listed here. */
const SMALL = 16 * 1024;
const common = { verdict: UNREAD, requests: 4, bytes: 4 * MIB + SMALL };

/** A good bundle after that change: without the bound it would verify. */
function changed(change: (bundle: BundleJson) => void): BoundedInput['build'] {
  return async ({ bench }) => {
    const bundle = await bench.bundle({ timestamped: true });
    change(bundle);
    await bench.attach(bundle);
  };
}

/** Members of a gigabyte and more, one after the other (RFC 1952, 2.2). */
function bomb(): Buffer {
  return Buffer.concat(times(64, gzipSync(Buffer.alloc(16 * MIB, ' '))));
}

/** A good bundle in so many bytes; its layer says that it has `size`. */
async function long({ bench }: Place, length: number, size: number): Promise<void> {
  const bundle = Buffer.alloc(length, ' ');
  bundle.write(JSON.stringify(await bench.bundle()));
  const layer = { ...(await bench.sink.blob(bundle, BUNDLE_LAYER)), size };
  await bench.attach({}, { layers: [layer] });
}

export const BUNDLES: readonly BoundedInput[] = [
  {
    ...common,
    name: 'a bundle of 4 MiB + 1',
    detail: /4194305 bytes, at most 4194304/,
    requests: 3,
    bytes: SMALL,
    build: (place) => long(place, 4 * MIB + 1, 4 * MIB + 1),
  },
  {
    ...common,
    name: 'a bundle of 16 MiB that says it has 4 MiB',
    detail: /more than 4194304 bytes/,
    // What came with the last byte that is read.
    bytes: 4 * MIB + 64 * 1024,
    build: async (place) => {
      await long(place, 16 * MIB, 4 * MIB);
      place.registry.faults.add({ path: /\/blobs\//, chunked: true });
    },
  },
  {
    ...common,
    name: 'a gzip bomb',
    detail: /does not inflate to 4194304 bytes or less/,
    build: ({ bench }) => bench.attach(bomb()),
  },
  {
    ...common,
    name: '33 timestamps',
    detail: /33 entries, at most 32/,
    build: changed(({ verificationMaterial: { timestampVerificationData: data } }) => {
      if (data) data.rfc3161Timestamps = times(33, data.rfc3161Timestamps[0]);
    }),
  },
  {
    ...common,
    name: '33 log entries',
    detail: /33 entries, at most 32/,
    build: changed(({ verificationMaterial: material }) => {
      material.tlogEntries = times(33, material.tlogEntries[0]);
    }),
  },
  {
    ...common,
    name: '5,000 signatures in a bundle',
    detail: /bundle has too many values/,
    build: changed(({ dsseEnvelope }) => {
      dsseEnvelope.signatures = times(5_000, dsseEnvelope.signatures[0]);
    }),
  },
  {
    ...common,
    name: 'a bundle of 4 MiB of brackets',
    detail: /nested deeper than 100/,
    build: ({ bench }) => bench.attach(Buffer.alloc(4 * MIB, '[')),
  },
  {
    ...common,
    name: 'a bundle of 4 MiB of small values',
    detail: /bundle has too many values/,
    build: ({ bench }) => bench.attach(Buffer.from(`{"a":[0${',0'.repeat(2 * MIB - 8)}]}`)),
  },
];
