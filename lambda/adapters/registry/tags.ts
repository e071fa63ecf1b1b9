import type { Denied, Missing, RepositoryRef, TagListing } from '../../application/ports.ts';
import { judge } from './answers.ts';
import { readBody } from './body.ts';
import { within } from './deadline.ts';
import { nextLink } from './link.ts';
import { isTag, tagsPathOf } from './path.ts';
import { type Ask, asked, type Reply, type Requester } from './requester.ts';
import type { Site } from './site.ts';

/** ECR refuses more; nobody is known to refuse this. */
const PAGE = 1000;

export function tagsAsk(site: Site, { repository }: RepositoryRef): Ask {
  return {
    site,
    repository,
    method: 'GET',
    path: `${tagsPathOf(repository)}?n=${PAGE}`,
    what: `tags of ${repository}`,
    accept: 'application/json',
    leave: true,
  };
}

/** What one page says: its tags, and the query of the next page if there may be one. */
type Page =
  | { readonly kind: 'page'; readonly tags: readonly unknown[]; readonly next: Next }
  | { readonly kind: 'broken' };
type Next =
  | { readonly kind: 'end' }
  /** `said`: by a `Link`; otherwise we only suspect it. */
  | { readonly kind: 'more'; readonly query: string; readonly said: boolean }
  | { readonly kind: 'forbidden' };

/**
 * Every tag of a repository, page by page (distribution-spec, "Listing Tags").
 */
export async function listTags(
  requester: Requester,
  ask: Ask,
  signal: AbortSignal,
): Promise<TagListing | Missing | Denied> {
  const listing = new Listing(requester, ask, signal);
  const first = await listing.read();
  // zot answers 404 when the tag that a page ended with was deleted in between: from the start, once.
  if (first.kind !== 'restart') return first;
  const again = await new Listing(requester, ask, signal).read();
  return again.kind === 'restart' ? first.partial : again;
}

class Listing {
  readonly #requester: Requester;
  readonly #ask: Ask;
  readonly #signal: AbortSignal;
  readonly #tags = new Set<string>();
  readonly #queries = new Set<string>();

  constructor(requester: Requester, ask: Ask, signal: AbortSignal) {
    this.#requester = requester;
    this.#ask = ask;
    this.#signal = signal;
  }

  async read(): Promise<TagListing | Missing | Denied | { kind: 'restart'; partial: TagListing }> {
    let path = this.#ask.path;
    for (let pages = 1; ; pages += 1) {
      const page = await this.#page({ ...this.#ask, path });
      if (page.kind === 'broken') return this.#found(false);
      if (page.kind === 'missing' && pages > 1) {
        return { kind: 'restart', partial: this.#found(false) };
      }
      if (page.kind !== 'page') return page;
      const { next } = page;
      const isNew = this.#add(page.tags);
      if (next.kind === 'end' || (!isNew && next.kind === 'more' && !next.said)) {
        return this.#found(true);
      }
      if (next.kind === 'forbidden' || !isNew || this.#isEnough(pages, next.query)) {
        return this.#found(false);
      }
      path = `${tagsPathOf(this.#ask.repository)}${next.query}`;
    }
  }

  async #page(ask: Ask): Promise<Page | Missing | Denied> {
    const { limits } = this.#requester;
    return within(
      limits.getDeadline,
      this.#signal,
      () => asked(ask),
      async (signal) => {
        const reply = await this.#requester.send(ask, signal);
        if (reply.kind === 'denied') return reply;
        if (reply.status !== 200) return judge(this.#requester, ask, reply);
        const tags = parseTags(await readBody(reply, limits.tagsPageBytes, asked(ask)));
        return tags === undefined
          ? { kind: 'broken' }
          : { kind: 'page', tags, next: nextOf(reply, tags) };
      },
    );
  }

  /** Whether the page brought anything. */
  #add(tags: readonly unknown[]): boolean {
    const before = this.#tags.size;
    for (const tag of tags) if (isTag(tag)) this.#tags.add(tag);
    return this.#tags.size > before;
  }

  /** Attack: pages without end, or in a circle. */
  #isEnough(pages: number, query: string): boolean {
    const { limits } = this.#requester;
    if (pages >= limits.pages || this.#tags.size > limits.tags) return true;
    if (this.#queries.has(query)) return true;
    this.#queries.add(query);
    return false;
  }

  #found(complete: boolean): TagListing {
    const { limits } = this.#requester;
    const tags = [...this.#tags].slice(0, limits.tags);
    return { kind: 'found', tags, complete };
  }
}

/** `null` is how some write an empty list; undefined for what is no list of tags. */
function parseTags(bytes: Uint8Array): readonly unknown[] | undefined {
  try {
    const { tags } = JSON.parse(Buffer.from(bytes).toString()) as { tags?: unknown };
    if (tags === null || tags === undefined) return [];
    return Array.isArray(tags) ? tags : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Attack: a `Link` to another host. And a repair: Artifactory and Nexus write another path than the
 * one that works, so that of a `Link` only the query is taken.
 */
function nextOf({ headers, place }: Reply, tags: readonly unknown[]): Next {
  const link = nextLink(headers.link);
  if (link !== undefined) {
    const url = URL.parse(link, place.site.origin + place.path);
    if (url?.origin !== place.site.origin) return { kind: 'forbidden' };
    return { kind: 'more', query: url.search, said: true };
  }
  // Some cut at `n` and send no Link (crane): ask on from the last one.
  const last = tags.at(-1);
  if (tags.length !== PAGE || !isTag(last)) return { kind: 'end' };
  return { kind: 'more', query: `?n=${PAGE}&last=${encodeURIComponent(last)}`, said: false };
}
