/** Bundled as the scan function is: all that it loads, then the first verdict. */
import { readFileSync } from 'node:fs';
import { createRegistryClient } from '../lambda/adapters/registry/index.ts';
import { composeScan } from '../lambda/composition/functions/scan.ts';
import { createVerifier } from '../lambda/composition/verifier.ts';
import { digestOf } from '../lambda/domain/digest.ts';
import { policyHashOf } from '../lambda/domain/policy-hash.ts';
import { parseReference } from '../lambda/domain/reference.ts';
import { createScanHandler } from '../lambda/handlers/scan-handler.ts';
import { readFunctionSettings } from '../lambda/settings/functions.ts';
import { keylessPolicy } from './policy.ts';

const [rootFile = '', image = ''] = process.argv.slice(2);
const parts = composeScan(readFunctionSettings('scan'));
createScanHandler(parts);
const root = readFileSync(rootFile);
const reference = parseReference(image);
const policy = keylessPolicy(digestOf(root));
const registry = createRegistryClient({ settings: [], allowLoopback: true, now: Date.now });
const given = new Map([[policy.trustRoot, root]]);
const verifier = await createVerifier(registry, parts.clock, { given });
const found = await registry.getManifest(reference, reference.tag ?? 'latest');
if (found.kind !== 'found') throw new Error('the image is gone');
const { verdict } = await verifier.verify(reference, found.digest, policy, policyHashOf(policy));
process.exit(verdict === 'verified' ? 0 : 1);
