import { hashOf } from '../canonical-json.ts';
import type { PolicyHash } from '../policy.ts';
import { type ParsedName, parseName, parseReference, tagKeyOf } from '../reference.ts';
import { repositoryKeyOf, type TagFilter, type Watch } from '../watch.ts';
import { type Compilation, listOf } from './compilation.ts';
import { describe, formatPath, type Path } from './problem.ts';
import type { FilterInput, WatchInput } from './schema.ts';
import { compileDefaults, compileTerms, type EntryTerms, type TermSources } from './terms.ts';

const DEFAULT_MAX = 100;

/** The watches of all entries without a problem; what is named twice is told at its second place. */
export function compileWatches(
  compilation: Compilation,
  sections: { readonly watch: unknown; readonly defaults: unknown },
  policies: ReadonlyMap<string, PolicyHash>,
): Watch[] {
  const defaults = compileDefaults(compilation, sections.defaults, policies);
  const seen = new Map<string, Path>();
  return listOf(sections.watch).flatMap((entry, index) =>
    compileEntry(compilation, entry, { defaults, policies }, ['watch', index]).flatMap(
      ({ watch, key, path }) => {
        reportRepetition(compilation, seen.get(key), key, path);
        seen.set(key, path);
        return watch;
      },
    ),
  );
}

/** A watch, what makes it the same as another one, and where it is written. */
interface Placed {
  readonly watch: Watch;
  readonly key: string;
  readonly path: Path;
}

function compileEntry(
  compilation: Compilation,
  entry: unknown,
  sources: TermSources,
  path: Path,
): Placed[] {
  if (!compilation.isSound(path)) return [];
  const input: WatchInput = typeof entry === 'string' ? { image: entry } : (entry as WatchInput);
  const terms = compileTerms(compilation, input, sources, path);
  const { image, images, tags } = input;
  if ((image === undefined) === (images === undefined)) {
    const found = image === undefined ? 'neither image nor images' : 'both image and images';
    compilation.report(path, `found ${found}, expected one of them`);
    return [];
  }
  if (tags !== undefined) return compileFilterEntry(compilation, image, tags, terms, path);
  const imagePath = typeof entry === 'string' ? path : [...path, 'image'];
  return image === undefined
    ? listOf(images).map((each, index) => tagWatch(String(each), terms, [...path, 'images', index]))
    : [tagWatch(image, terms, imagePath)];
}

function tagWatch(image: string, terms: EntryTerms, path: Path): Placed {
  const reference = parseReference(image);
  const { registry, repository, tag, digest } = reference;
  const key = tagKeyOf(reference);
  // The tag is what is watched; a digest beside it is where it must point.
  const target = tag === undefined ? { digest } : { tag, pin: digest };
  const watch = { watchId: watchIdOf(key), registry, repository, ...defined(target), ...terms };
  return { watch, key, path };
}

function compileFilterEntry(
  compilation: Compilation,
  image: string | undefined,
  input: FilterInput,
  terms: EntryTerms,
  path: Path,
): Placed[] {
  const name = filteredRepository(compilation, image, path);
  if (input.semver === undefined && input.glob === undefined && input.regex === undefined) {
    compilation.report(
      [...path, 'tags'],
      'found none of semver, glob and regex, expected at least one; \'glob: ["*"]\' takes every tag',
    );
  }
  if (name === undefined) return [];
  const { registry, repository } = name;
  const { exclude = [], max = DEFAULT_MAX, ...conditions } = input;
  const filter: TagFilter = { ...defined(conditions), exclude, max };
  const key = repositoryKeyOf(name);
  const watch = { watchId: watchIdOf(key), registry, repository, filter, ...terms };
  return [{ watch, key, path: [...path, 'tags'] }];
}

/** The repository whose tags are filtered: one image without a tag or digest of its own. */
function filteredRepository(
  compilation: Compilation,
  image: string | undefined,
  path: Path,
): ParsedName | undefined {
  if (image === undefined) {
    compilation.report(
      [...path, 'tags'],
      'found it with images, expected it with one image',
      'key',
    );
    return undefined;
  }
  const name = parseName(image);
  if (name.tag === undefined && name.digest === undefined) return name;
  compilation.report(
    [...path, 'image'],
    `found ${describe(image)} with a filter of tags, expected the repository alone: ${repositoryKeyOf(name)}`,
  );
  return undefined;
}

function reportRepetition(
  compilation: Compilation,
  first: Path | undefined,
  key: string,
  path: Path,
): void {
  if (first === undefined) return;
  const other = `${formatPath(first)} (line ${compilation.lineOf(first)})`;
  compilation.report(path, `found ${key} again, expected it once: ${other} watches it already`);
}

/**
 * Depends on the tag, digest or repository that is watched and on nothing else of its entry: an
 * edited one, its filter included, stays the same watch. What the old one left behind is replaced
 * and not watched beside it, and its tags are still known as its own.
 */
function watchIdOf(key: string): string {
  return hashOf(key).slice(0, 16);
}

/** Without the keys that are undefined: what is stored has absent keys, never undefined ones. */
function defined<Value extends object>(
  value: Value,
): { [Key in keyof Value]?: Exclude<Value[Key], undefined> } {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as Partial<Value> as ReturnType<typeof defined<Value>>;
}
