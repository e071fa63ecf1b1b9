import { type Digest, digestOf } from '../../../../lambda/domain/digest.ts';
import { type Answer, json } from '../../registry/exchange.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../pusher.ts';
import type { BoundedInput, Place } from './input.ts';

const COUNT = 10_000;
const MIB = 1024 * 1024;
const UNDECIDED = 'inconclusive discovery-incomplete';

/** What is listed: first the good one, then others that nobody should ask for. */
async function listed({ bench, repository }: Place): Promise<object[]> {
  await bench.attach(await bench.bundle());
  const [good] = repository.referrers(bench.digest);
  const rest = Array.from({ length: COUNT - 1 }, (_, n) =>
    descriptor(digestOf(Buffer.from(`${n}`))),
  );
  return [descriptor(good?.digest ?? bench.digest), ...rest];
}

function descriptor(digest: Digest, more: object = {}): object {
  const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  return { mediaType: OCI_MANIFEST, digest, size: 701, artifactType, ...more };
}

/** Answers with what is listed from `?from=`, so many to a page. */
async function paged(place: Place, perPage: number): Promise<void> {
  const all = await listed(place);
  place.registry.faults.add({
    path: /\/referrers\//,
    answer: ({ query }) => {
      const from = Number(query.get('from') ?? 0);
      return page(all.slice(from, from + perPage), from + perPage < all.length && from + perPage);
    },
  });
}

function page(manifests: readonly object[], next: number | false): Answer {
  const link = next === false ? {} : { link: `<?from=${next}>; rel="next"` };
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
  return json(200, index, { 'content-type': OCI_INDEX, ...link });
}

/** Pages with one referrer each, as large as a page may be, and always another one. */
async function largePages({ registry }: Place): Promise<void> {
  const annotations = { padding: 'x'.repeat(3.9 * MIB) };
  registry.faults.add({
    path: /\/referrers\//,
    answer: ({ query }) => {
      const from = Number(query.get('from') ?? 0);
      return page([descriptor(digestOf(Buffer.from(`${from}`)), { annotations })], from + 1);
    },
  });
}

async function atFallbackTag(place: Place): Promise<void> {
  const { bench, registry, repository } = place;
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: await listed(place) };
  const tag = bench.digest.replace(':', '-');
  repository.putManifest(Buffer.from(JSON.stringify(index)), OCI_INDEX, tag);
  registry.faults.add({ path: /\/referrers\//, answer: { status: 404, headers: {}, body: '' } });
}

const common = { verdict: UNDECIDED, detail: /too many referrers: there are more than 1000/ };

export const REFERRERS: readonly BoundedInput[] = [
  {
    ...common,
    name: '10,000 referrers in one page',
    requests: 2,
    bytes: 4 * MIB,
    build: (place) => paged(place, COUNT),
  },
  {
    ...common,
    name: '10,000 referrers, 100 to a page',
    requests: 12,
    bytes: MIB,
    build: (place) => paged(place, 100),
  },
  {
    ...common,
    name: '10,000 referrers, one to a page',
    detail: /too many referrers: its pages do not end/,
    requests: 101,
    bytes: MIB,
    build: (place) => paged(place, 1),
  },
  {
    ...common,
    name: '10,000 referrers at the fallback tag',
    requests: 3,
    bytes: 4 * MIB,
    build: atFallbackTag,
  },
  {
    ...common,
    name: 'pages of 4 MiB without end',
    detail: /could not be read: .* more than \d+ bytes/,
    requests: 3,
    bytes: 8 * MIB,
    build: largePages,
  },
];
