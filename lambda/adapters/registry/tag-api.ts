import type { RepositoryRef } from '../../application/ports.ts';
import { type Digest, isDigest } from '../../domain/digest.ts';
import { readBody } from './body.ts';
import { within } from './deadline.ts';
import { checkedName } from './path.ts';
import { type Ask, asked, type Requester } from './requester.ts';
import type { Site } from './site.ts';

/** Whose API it is: what is asked, and how it answers. */
export type TagApiKind = 'hub' | 'quay';

export interface TagApi {
  readonly kind: TagApiKind;
  readonly origin: string;
}

/** Registries that tell the digests of a hundred tags at once, beside the OCI API. */
export const TAG_APIS: Readonly<Record<string, TagApi>> = {
  'docker.io': { kind: 'hub', origin: 'https://hub.docker.com' },
  'quay.io': { kind: 'quay', origin: 'https://quay.io' },
};

const PAGE = 100;
/** A page that names fewer tags that we want is dearer than asking for each. */
const WORTH_IT = 5;
const JSON_TYPE = 'application/json';

/** Tags of one page, and whether there are more. */
interface Page {
  readonly tags: ReadonlyMap<string, Digest>;
  readonly more: boolean;
}

const PATHS: Record<TagApiKind, (repository: string, page: number) => string> = {
  hub: (repository, page) =>
    `/v2/repositories/${repository}/tags?page_size=${PAGE}&page=${page}&ordering=last_updated`,
  quay: (repository, page) =>
    `/api/v1/repository/${repository}/tag/?onlyActiveTags=true&limit=${PAGE}&page=${page}`,
};

/**
 * Digests of as many of the wanted tags as a few pages name. They are claims, as a HEAD's are: what
 * is not named here has to be asked for, and what differs has to be proved. An API that fails or
 * talks nonsense knows nothing.
 *
 * @throws only what ended `signal`
 */
export async function digestsByTagApi(
  requester: Requester,
  site: Site,
  kind: TagApiKind,
  { repository }: RepositoryRef,
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Digest>> {
  const found = new Map<string, Digest>();
  const most = Math.ceil(wanted.size / WORTH_IT);
  for (let page = 1; page <= most && found.size < wanted.size; page += 1) {
    const path = PATHS[kind](checkedName(repository), page);
    const read = await readPage(requester, askFor(site, repository, path), signal);
    const before = found.size;
    for (const [tag, digest] of read?.tags ?? []) if (wanted.has(tag)) found.set(tag, digest);
    if (read?.more !== true || found.size - before < WORTH_IT) break;
  }
  return found;
}

function askFor(site: Site, repository: string, path: string): Ask {
  const what = `tags of ${repository}`;
  return { site, repository, method: 'GET', path, what, accept: JSON_TYPE, leave: false };
}

async function readPage(
  requester: Requester,
  ask: Ask,
  signal?: AbortSignal,
): Promise<Page | undefined> {
  const { getDeadline, manifestBytes } = requester.limits;
  try {
    return await within(
      getDeadline,
      signal,
      () => asked(ask),
      async (inner) => {
        const reply = await requester.send(ask, inner);
        if (reply.kind === 'denied') return undefined;
        const bytes = await readBody(reply, manifestBytes, asked(ask));
        return reply.status === 200 ? parsePage(bytes) : undefined;
      },
    );
  } catch (thrown) {
    if (signal?.aborted === true) throw thrown;
    return undefined;
  }
}

/** Hub: `{next, results: [{name, digest}]}`; Quay: `{has_additional, tags: [{name, manifest_digest}]}`. */
function parsePage(bytes: Uint8Array): Page | undefined {
  const page = objectOf(JSON.parse(Buffer.from(bytes).toString()));
  const rows = page?.results ?? page?.tags;
  if (!Array.isArray(rows)) return undefined;
  const tags = new Map<string, Digest>();
  for (const row of rows.slice(0, PAGE)) {
    const { name, digest, manifest_digest = digest } = objectOf(row) ?? {};
    if (typeof name === 'string' && isDigest(manifest_digest)) tags.set(name, manifest_digest);
  }
  return { tags, more: typeof page?.next === 'string' || page?.has_additional === true };
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
