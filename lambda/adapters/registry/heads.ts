import type { Denied, FoundDigest, Missing } from '../../application/ports.ts';
import { within } from './deadline.ts';
import { RegistryError } from './errors.ts';
import type { HeadModes } from './head-modes.ts';
import { getManifest, getManifestUnless, headManifest, manifestAsk } from './manifests.ts';
import { asked, type Requester } from './requester.ts';
import type { Site } from './site.ts';

interface At {
  readonly site: Site;
  readonly registry: string;
  readonly repository: string;
  readonly reference: string;
}

/** Where a reference points, for the least that its registry takes for it: a HEAD, or a GET of what has changed. */
export class Heads {
  readonly #requester: Requester;
  readonly #modes: HeadModes;

  constructor(requester: Requester, modes: HeadModes) {
    this.#requester = requester;
    this.#modes = modes;
  }

  async digestOf(at: At, signal?: AbortSignal): Promise<FoundDigest | Missing | Denied> {
    const { origin } = at.site;
    if (this.#modes.modeOf(origin) === 'get') return this.#get(at, signal);
    const said = await this.#head(at, signal);
    if (said !== undefined) return said;
    const found = await this.#get(at, signal);
    if (found.kind === 'found' && (await this.#isUseless(at, signal)))
      this.#modes.avoidHead(origin);
    return found;
  }

  #head(at: At, signal?: AbortSignal): Promise<FoundDigest | Missing | Denied | undefined> {
    const ask = manifestAsk('HEAD', at.site, at, at.reference);
    return within(
      this.#requester.limits.headDeadline,
      signal,
      () => asked(ask),
      (inner) => headManifest(this.#requester, ask, at.reference, inner),
    );
  }

  /** The tag may have been pushed between HEAD and GET: only a second HEAD tells, and GETs are counted by some. */
  async #isUseless(at: At, signal?: AbortSignal): Promise<boolean> {
    try {
      return (await this.#head(at, signal)) === undefined;
    } catch (thrown) {
      if (thrown instanceof RegistryError) return false;
      throw thrown;
    }
  }

  #get(at: At, signal?: AbortSignal): Promise<FoundDigest | Missing | Denied> {
    const { site, reference } = at;
    const ask = manifestAsk('GET', site, at, reference);
    const seen = this.#modes.seen(site.origin, ask.path);
    return within(
      this.#requester.limits.getDeadline,
      signal,
      () => asked(ask),
      async (inner) => {
        const found =
          seen === undefined
            ? await getManifest(this.#requester, ask, reference, inner)
            : await getManifestUnless(this.#requester, ask, reference, seen.digest, inner);
        if (found === undefined) return { kind: 'found', ...seen };
        if (found.kind !== 'found') return found;
        const { digest, mediaType } = found;
        this.#modes.saw(site.origin, ask.path, { digest, mediaType });
        return { kind: 'found', digest, mediaType };
      },
    );
  }
}
