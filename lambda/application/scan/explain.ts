import { messageOf } from '../../domain/errors.ts';
import { isProblem, readManifest } from '../../domain/manifest.ts';
import type { ManifestFacts, Observation } from '../../domain/observation.ts';
import { type Duration, MINUTE } from '../../domain/time.ts';
import type { FoundManifest } from '../ports.ts';
import type { JobContext } from './context.ts';
import { withDeadline } from './deadline.ts';
import { isRegistryFailure } from './failure.ts';

/** Each child of an index costs a pull on registries that count them. */
const CHILDREN = 8;
/** For all children together. */
const TIME: Duration = MINUTE;

type Explained = Pick<Extract<Observation, { kind: 'present' }>, 'manifest' | 'manifestProblem'>;

/** What the bytes say; of an index also its images' configs, by which it can be found later. */
export async function explain(context: JobContext, found: FoundManifest): Promise<Explained> {
  const read = readManifest(found.bytes, found.mediaType);
  if (isProblem(read)) return { manifestProblem: read.problem };
  if (read.configs.length > 0 || context.heldBack('explanation') !== undefined) {
    return { manifest: read };
  }
  const configs = await withDeadline(context, TIME, (signal) => configsOf(context, read, signal));
  return { manifest: { ...read, configs } };
}

/** Best effort: a child that cannot be read explains less, and changes nothing that is decided. */
async function configsOf(
  context: JobContext,
  { platforms }: ManifestFacts,
  signal: AbortSignal,
): Promise<ManifestFacts['configs']> {
  const { deps, repository } = context;
  const configs = new Set<ManifestFacts['configs'][number]>();
  for (const digest of Object.values(platforms).slice(0, CHILDREN)) {
    try {
      const child = await deps.registry.getManifest(repository, digest, signal);
      const facts = child.kind === 'found' ? readManifest(child.bytes, child.mediaType) : undefined;
      if (facts === undefined || isProblem(facts)) continue;
      for (const config of facts.configs) configs.add(config);
    } catch (thrown) {
      if (!isRegistryFailure(thrown)) throw thrown;
      deps.log.debug('child manifest not read', { ...repository, digest, why: messageOf(thrown) });
      await context.failed(thrown);
      break;
    }
  }
  return [...configs];
}
