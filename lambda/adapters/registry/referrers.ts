import type {
  Denied,
  ReferrerDescriptor,
  ReferrerListing,
  RepositoryRef,
} from '../../application/ports.ts';
import type { Digest } from '../../domain/digest.ts';
import { judge } from './answers.ts';
import { discard, readBody } from './body.ts';
import { within } from './deadline.ts';
import { nextLink } from './link.ts';
import { getManifest, manifestAsk, mediaTypeOf } from './manifests.ts';
import { nameOf, pathOf } from './path.ts';
import { parseReferrers } from './referrer-index.ts';
import type { ReferrersSupport } from './referrers-support.ts';
import { type Ask, asked, type Reply, type Requester } from './requester.ts';
import type { Site } from './site.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

export function referrersAsk(site: Site, { repository }: RepositoryRef, digest: Digest): Ask {
  return {
    site,
    repository,
    method: 'GET',
    path: pathOf(repository, 'referrers', digest),
    what: `referrers of ${nameOf(repository, digest)}`,
    accept: INDEX,
    // GHCR redirects to a web page: whoever leaves the registry here does not offer the API.
    leave: false,
  };
}

/**
 * Everything attached to a digest: by the referrers API, or by the fallback tag where there is no
 * such API (distribution-spec 1.1, "Listing Referrers" and "Referrers Tag Schema").
 */
export async function listReferrers(
  requester: Requester,
  support: ReferrersSupport,
  ask: Ask,
  digest: Digest,
  signal: AbortSignal,
): Promise<ReferrerListing | Denied> {
  const { site, repository } = ask;
  const known = support.of(site.origin, repository);
  const tagged = () => fromFallbackTag(requester, ask, digest, signal);
  // Both at once where there will probably be no API: the answer to the other one is still awaited.
  const early = known === 'no' ? settled(tagged()) : undefined;
  const first = await readPage(requester, ask, signal);
  if (first.kind === 'denied') return first;
  if (first.kind === 'page') {
    support.learn(site.origin, repository, true);
    return followPages(requester, ask, first, signal);
  }
  if (known !== 'yes') support.learn(site.origin, repository, false);
  const listing = await (early?.() ?? tagged());
  // Attack: to hide signatures by answering as if there was no API.
  return known === 'yes' ? incomplete(listing, 'the API answered before, and is gone') : listing;
}

/** Whose failure is nobody's business until it is asked for. */
function settled<T>(work: Promise<T>): () => Promise<T> {
  work.catch(() => {});
  return () => work;
}

function incomplete(listing: ReferrerListing | Denied, problem: string): ReferrerListing | Denied {
  return listing.kind === 'denied' ? listing : { problem, ...listing, complete: false };
}

async function followPages(
  requester: Requester,
  ask: Ask,
  first: Page,
  signal: AbortSignal,
): Promise<ReferrerListing | Denied> {
  const { limits } = requester;
  const collected = new Collected(limits.referrers);
  let [page, left] = [first, limits.manifestBytes];
  for (let pages = 1; ; pages += 1) {
    const isNew = collected.add(page.bytes);
    left -= page.bytes.length;
    if (collected.isSpoilt || page.next === undefined) return collected.listing();
    if (page.next === '') return collected.listing('the next page is somewhere else');
    // Attack: pages in a circle, or without end.
    if (!isNew) return collected.listing('its pages do not end');
    if (pages >= limits.referrerPages) return collected.tooMany('its pages do not end');
    const next = await readPage(requester, { ...ask, path: page.next }, signal, left);
    if (next.kind === 'denied') return next;
    if (next.kind === 'unsupported') return collected.listing('one of its pages is missing');
    page = next;
  }
}

interface Page {
  readonly kind: 'page';
  readonly bytes: Uint8Array;
  /** Path and query; empty when it is not at this origin. */
  readonly next: string | undefined;
}

async function readPage(
  requester: Requester,
  ask: Ask,
  signal: AbortSignal,
  limit = requester.limits.manifestBytes,
): Promise<Page | Denied | { kind: 'unsupported' }> {
  const { limits } = requester;
  return within(
    limits.getDeadline,
    signal,
    () => asked(ask),
    async (inner) => {
      const reply = await requester.send(ask, inner);
      if (reply.kind === 'denied') return reply;
      if (isUnsupported(reply)) {
        await discard(reply.body);
        return { kind: 'unsupported' };
      }
      if (reply.status !== 200) return denied(await judge(requester, ask, reply));
      // Attack: pages that are large, and always another one.
      const bytes = await readBody(reply, limit, asked(ask));
      return { kind: 'page', bytes, next: nextOf(reply) };
    },
  );
}

/** The API is there where 200 comes with an image index; only these other answers say that it is not. */
function isUnsupported(reply: Reply): boolean {
  const { status } = reply;
  if (status === 200) return mediaTypeOf(reply) !== INDEX;
  return (status >= 300 && status < 400) || [400, 404, 405, 406, 410, 501].includes(status);
}

function denied(judged: { kind: 'missing' } | Denied): Denied | { kind: 'unsupported' } {
  return judged.kind === 'denied' ? judged : { kind: 'unsupported' };
}

/** Attack: a `Link` to another host, or to the referrers of something else. */
function nextOf({ headers, place }: Reply): string | undefined {
  const link = nextLink(headers.link);
  if (link === undefined) return undefined;
  const here = URL.parse(place.site.origin + place.path);
  const url = URL.parse(link, here?.href);
  if (url === null || url.origin !== place.site.origin || url.pathname !== here?.pathname)
    return '';
  return url.pathname + url.search;
}

async function fromFallbackTag(
  requester: Requester,
  { site, repository }: Ask,
  digest: Digest,
  signal: AbortSignal,
): Promise<ReferrerListing | Denied> {
  const { limits } = requester;
  const tag = fallbackTag(digest);
  const ask = manifestAsk('GET', site, { registry: site.registry, repository }, tag);
  const found = await within(
    limits.getDeadline,
    signal,
    () => asked(ask),
    (inner) => getManifest(requester, ask, tag, inner),
  );
  if (found.kind === 'denied') return found;
  if (found.kind === 'missing') {
    const none = { kind: 'found', via: 'none', referrers: [], firstPage: 0 } as const;
    // The image was there: who does not know its repository now knows nothing of its signatures.
    return found.oci && found.code !== 'NAME_UNKNOWN'
      ? { ...none, complete: true }
      : { ...none, complete: false, problem: `of the fallback tag: ${found.detail}` };
  }
  const collected = new Collected(limits.referrers, 'tag');
  collected.add(found.bytes);
  return collected.listing();
}

/** "Referrers Tag Schema": the algorithm cut at 32 characters, the hash at 64. */
function fallbackTag(digest: Digest): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
}

/** The referrers of all pages so far, each once. */
class Collected {
  #problem: string | undefined;
  #more = false;
  readonly #limit: number;
  readonly #via: 'api' | 'tag';
  readonly #referrers = new Map<Digest, ReferrerDescriptor>();
  #firstPage: number | undefined;

  constructor(limit: number, via: 'api' | 'tag' = 'api') {
    this.#limit = limit;
    this.#via = via;
  }

  /** Whether the page brought anything. */
  add(page: Uint8Array): boolean {
    const before = this.#referrers.size;
    const { referrers, more, problem } = parseReferrers(page, this.#limit);
    const isNew = ({ digest }: ReferrerDescriptor) => !this.#referrers.has(digest);
    const added = referrers.filter(isNew);
    const room = this.#limit - this.#referrers.size;
    for (const referrer of added.slice(0, room)) this.#referrers.set(referrer.digest, referrer);
    this.#more ||= more || added.some(isNew);
    this.#problem ??= problem;
    this.#firstPage ??= this.#referrers.size;
    return this.#referrers.size > before;
  }

  /** Whether other pages change nothing any more. */
  get isSpoilt(): boolean {
    return this.#more || this.#problem !== undefined;
  }

  tooMany(problem: string): ReferrerListing {
    return { ...this.listing(problem), tooMany: true };
  }

  listing(problem = this.#problem): ReferrerListing {
    if (this.#more) return { ...this.#listed(`there are more than ${this.#limit}`), tooMany: true };
    return this.#listed(problem);
  }

  #listed(problem: string | undefined): ReferrerListing {
    return {
      kind: 'found',
      via: this.#via,
      referrers: [...this.#referrers.values()],
      complete: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
      firstPage: this.#firstPage ?? 0,
    };
  }
}
