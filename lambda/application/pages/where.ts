import type { Digest } from '../../domain/digest.ts';
import type { Deps } from '../deps.ts';
import { type Stay, whereIs } from '../where.ts';
import { type Page, type PageOptions, pageOf } from './page.ts';

/** Which of the digests, and how many of its stays were shown: they only ever become more. */
export interface WhereCursor {
  readonly digest: number;
  readonly shown: number;
}

export async function wherePage(
  deps: Pick<Deps, 'events' | 'sightings'>,
  digests: readonly Digest[],
  options: PageOptions<WhereCursor>,
): Promise<Page<Stay, WhereCursor>> {
  const from = options.after ?? { digest: 0, shown: 0 };
  const found = async function* () {
    for (const [offset, digest] of digests.slice(from.digest).entries()) {
      yield* staysOf(deps, digest, from.digest + offset, offset === 0 ? from.shown : 0);
    }
  };
  return pageOf(found(), options);
}

async function* staysOf(
  deps: Pick<Deps, 'events' | 'sightings'>,
  digest: Digest,
  index: number,
  skip: number,
): AsyncGenerator<{ readonly item: Stay; readonly cursor: WhereCursor }> {
  let shown = skip;
  for await (const item of whereIs(deps, digest, skip)) {
    yield { item, cursor: { digest: index, shown: ++shown } };
  }
}
