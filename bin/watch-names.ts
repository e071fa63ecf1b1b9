import type { WatchStore } from '../lambda/application/ports.ts';
import { repositoryKeyOf } from '../lambda/domain/reference.ts';
import type { CompiledWatchlist, TagFilter, Watch } from '../lambda/domain/watch.ts';

export type NameOf = (id: string) => string;

/** What people call the watches of a file and of the store; ids are for machines. */
export async function watchNames(
  store: { readonly watches: Pick<WatchStore, 'watches'> },
  { watches }: Pick<CompiledWatchlist, 'watches'>,
): Promise<NameOf> {
  const names = new Map<string, string>();
  for await (const watch of store.watches.watches()) names.set(watch.watchId, nameOf(watch));
  for (const watch of watches) names.set(watch.watchId, nameOf(watch));
  return (id) => names.get(id) ?? id;
}

function nameOf(watch: Watch): string {
  const { tag, digest, filter } = watch;
  const repository = repositoryKeyOf(watch);
  if (filter !== undefined) return `${repository} (${filterText(filter)})`;
  return tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
}

function filterText({ semver, glob, regex }: TagFilter): string {
  if (semver !== undefined) return semver;
  return regex === undefined ? (glob ?? ['*']).join(', ') : `/${regex}/`;
}
