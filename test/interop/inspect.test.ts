import { expect, it } from '@jest/globals';
import { CRAFTED_BUNDLES } from './crafted-bundles.ts';
import { CRAFTED_LEGACY } from './crafted-legacy.ts';
import { KEY_IMAGES } from './key-images.ts';
import { ALL_REGISTRIES, suite, useLab } from './parity.ts';
import { ATTACHED_KINDS, EVERYTHING } from './tree-images.ts';

const IMAGES = { ...KEY_IMAGES, ...CRAFTED_BUNDLES, ...CRAFTED_LEGACY };
type Name = keyof typeof IMAGES;

/** Of a single manifest, of an index by tag and by digest, and of a manifest inside an index. */
const RESOLVED: readonly Name[] = ['unsigned', 'bundle', 'signed index', 'child of a signed index'];

const TREES: readonly Name[] = [
  'unsigned',
  'bundle',
  'bundles of both keys',
  'legacy',
  'legacy of both keys',
  'legacy shadowed by a foreign bundle',
  'attestation bundle only',
  'legacy attestation only',
  'signed index',
  'child of a recursively signed index',
  'child of a recursively legacy signed index',
  'bundle without artifact type',
  'unrelated referrer only',
];

suite.each(ALL_REGISTRIES)('images in %s', (registry) => {
  const lab = useLab(registry);

  it.each(RESOLVED)('%s: digest is what crane says', async (name) => {
    const reference = await lab().push(IMAGES[name]);
    const crane = await lab().crane('digest', reference);
    const tagwarden = await lab().tagwarden.run('digest', reference);
    expect(tagwarden).toEqual({ exit: 0, stdout: crane.stdout, stderr: '' });
    expect(crane.stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  });

  it('a tag that is not there has no digest, as crane says', async () => {
    const reference = await lab().push(IMAGES.missing);
    const crane = await lab().crane('digest', reference);
    const tagwarden = await lab().tagwarden.run('digest', reference);
    expect({ crane: crane.exit, tagwarden: tagwarden.exit }).toEqual({ crane: 1, tagwarden: 1 });
    expect(tagwarden.stdout).toBe('');
  });

  it.each(TREES)('%s: tree finds what cosign finds', async (name) => {
    const reference = await lab().push(IMAGES[name]);
    const cosign = namesIn(await lab().cosign.tree(reference));
    const tagwarden = await lab().tagwarden.run('tree', reference);
    expect(tagwarden.exit).toBe(0);
    expect(namesIn(tagwarden.stdout)).toEqual(cosign);
  });
});

suite.each(ALL_REGISTRIES)('everything that can be attached, in %s', (registry) => {
  const lab = useLab(registry);

  it('is found as cosign finds it, and named', async () => {
    const reference = await lab().push(EVERYTHING);
    const cosign = namesIn(await lab().cosign.tree(reference));
    const text = await lab().tagwarden.run('tree', reference);
    expect(namesIn(text.stdout)).toEqual(cosign);
    const { things, complete } = JSON.parse(
      (await lab().tagwarden.run('tree', '-o', 'json', reference)).stdout,
    );
    expect(complete).toBe(true);
    const found = things.flatMap(({ kinds }: { kinds: string[] }) => kinds);
    expect(found.sort()).toEqual(ATTACHED_KINDS.toSorted());
    expect(namesIn(JSON.stringify(things))).toEqual(expect.arrayContaining(cosign));
  });
});

/** Digests and the tags that are made of digests, in the order of the alphabet, each once. */
function namesIn(text: string): string[] {
  return [...new Set(text.match(/sha256[:-][0-9a-f]{64}(\.\w+)?/g) ?? [])].sort();
}
