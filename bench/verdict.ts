/** One keyless verdict again and again: registry client and verifier, warm, as a watch has them. */
import { readFileSync } from 'node:fs';
import { createSystemClock } from '../lambda/adapters/runtime/clock.ts';
import { createVerifier, openRegistry } from '../lambda/composition.ts';
import { digestOf } from '../lambda/domain/digest.ts';
import { policyHashOf } from '../lambda/domain/policy-hash.ts';
import { parseReference } from '../lambda/domain/reference.ts';
import { onDemand } from './child.ts';
import { timeOf } from './image.ts';
import { keylessPolicy } from './policy.ts';

const [rootFile = '', image = ''] = process.argv.slice(2);
const root = readFileSync(rootFile);
const reference = parseReference(image);
const clock = createSystemClock();
const policy = keylessPolicy(digestOf(root));
const hash = policyHashOf(policy);
const { registry, close } = await openRegistry({ clock, settings: [] });
const given = new Map([[policy.trustRoot, root]]);
const verifier = await createVerifier(registry, clock, { given });

await onDemand(() =>
  timeOf(async () => {
    const found = await registry.getManifest(reference, reference.tag ?? 'latest');
    if (found.kind !== 'found') throw new Error('the image is gone');
    const { verdict } = await verifier.verify(reference, found.digest, policy, hash);
    return verdict === 'verified' ? 0 : 1;
  }),
);
await close();
