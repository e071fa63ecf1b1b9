import type { Denied, Missing, RepositoryRef, TagListing } from '../../application/ports.ts';
import { judge } from './answers.ts';
import { discard, readBody } from './body.ts';
import { within } from './deadline.ts';
import { nextLink } from './link.ts';
import { isTag, tagsPathOf } from './path.ts';
import type { Place } from './redirect.ts';
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

/** What one page says: its tags, and where the next page is if there may be one. */
type Page =
  | { readonly kind: 'page'; readonly tags: readonly unknown[]; readonly next: Next }
  /** Some take no `n`, or a smaller one only. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'broken' };
type Next =
  | { readonly kind: 'end' }
  /** `said`: by a `Link`; otherwise we only suspect it. */
  | { readonly kind: 'more'; readonly place: Place; readonly said: boolean }
  | { readonly kind: 'forbidden' };

type Outcome =
  | TagListing
  | Missing
  | Denied
  | { readonly kind: 'restart'; readonly partial: TagListing };

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
  readonly #paths = new Set<string>();

  constructor(requester: Requester, ask: Ask, signal: AbortSignal) {
    this.#requester = requester;
    this.#ask = ask;
    this.#signal = signal;
  }

  async read(): Promise<Outcome> {
    let page = await this.#page(this.#ask);
    if (page.kind === 'refused') page = await this.#page(withoutSize(this.#ask));
    for (let pages = 1; page.kind === 'page'; pages += 1) {
      const isNew = this.#add(page.tags);
      const { next } = page;
      if (next.kind === 'end') return this.#found(true);
      if (next.kind === 'forbidden') return this.#found(false);
      // Where nobody said that there is more, there was none.
      if (!isNew) return this.#found(!next.said);
      if (this.#isEnough(pages, next.place)) return this.#found(false);
      page = await this.#page({ ...this.#ask, at: next.place });
    }
    return this.#ended(page);
  }

  #ended(page: Exclude<Page, { kind: 'page' }> | Missing | Denied): Outcome {
    if (page.kind === 'broken' || page.kind === 'refused') return this.#found(false);
    const isLater = page.kind === 'missing' && this.#paths.size > 0;
    return isLater ? { kind: 'restart', partial: this.#found(false) } : page;
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
        if (ask === this.#ask && (reply.status === 400 || reply.status === 405)) {
          await discard(reply.body);
          return { kind: 'refused' };
        }
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
  #isEnough(pages: number, { path }: Place): boolean {
    const { limits } = this.#requester;
    if (pages >= limits.pages || this.#tags.size > limits.tags) return true;
    if (this.#paths.has(path)) return true;
    this.#paths.add(path);
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
 * Attack: a `Link` to another host. And two repairs: Artifactory and Nexus write another path than
 * the one that works, so that of a `Link` only the query is taken; and where the page came by a
 * redirect (registry.k8s.io, which drops the query), the next one is asked for where that led to.
 */
function nextOf({ headers, place }: Reply, tags: readonly unknown[]): Next {
  const link = nextLink(headers.link);
  if (link !== undefined) {
    const url = URL.parse(link, place.site.origin + place.path);
    if (url?.origin !== place.site.origin) return { kind: 'forbidden' };
    return { kind: 'more', place: withQuery(place, url.search), said: true };
  }
  // Some cut at `n` and send no Link (crane): ask on from the last one.
  const last = tags.at(-1);
  if (tags.length !== PAGE || !isTag(last)) return { kind: 'end' };
  const query = `?n=${PAGE}&last=${encodeURIComponent(last)}`;
  return { kind: 'more', place: withQuery(place, query), said: false };
}

function withQuery({ site, path }: Place, query: string): Place {
  return { site, path: path.split('?', 1)[0] + query };
}

function withoutSize(ask: Ask): Ask {
  return { ...ask, path: tagsPathOf(ask.repository) };
}
