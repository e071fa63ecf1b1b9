import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Digest } from '../../../lambda/domain/digest.ts';
import {
  loadCaptured,
  pushImage,
  type RegistryDouble,
  startRegistry,
} from '../../support/registry/index.ts';
import { Shell } from '../support.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/cosign');
const SIGNED = 'sha256:2b70e1e074360bacab2eb41dd80e924cca3a55473d150ba9e5d95c19ee01a9fd' as Digest;
const TAG = /\/manifests\/v1$/;

const shell = new Shell();
let registry: RegistryDouble;
let evil: Digest;

beforeAll(() => copyFileSync(join(FIXTURES, 'cosign.pub'), join(shell.folder, 'cosign.pub')));
afterAll(() => shell.remove());
beforeEach(async () => {
  registry = await startRegistry({ referrers: true });
});
afterEach(() => registry.close());

/** Verifies a tag that stands for one image the first time that it is asked for, and then for another. */
function verify(name: string, isSignedFirst: boolean): Promise<object> {
  loadCaptured(registry, name, join(FIXTURES, name));
  evil = pushImage(registry, name, 'v1', { content: 'evil' }).digest;
  const { tags } = registry.store.repository(name);
  const [first, then] = isSignedFirst ? [SIGNED, evil] : [evil, SIGNED];
  tags.set('v1', first);
  registry.faults.add({
    path: TAG,
    answer: () => {
      tags.set('v1', then);
      return undefined;
    },
  });
  return shell.json(`verify --key cosign.pub --insecure-ignore-tlog ${registry.host}/${name}:v1`);
}

describe('a tag that moves while it is verified (CVE-2022-47633, CVE-2023-47630)', () => {
  it.each(['api-bundle', 'api-legacy'])('is asked for once: %s', async (name) => {
    expect(await verify(name, true)).toMatchObject({ verdict: 'verified', digest: SIGNED });
    expect(registry.requests.filter(({ path }) => TAG.test(path))).toHaveLength(1);
  });

  it.each(['api-bundle', 'api-legacy'])('has no verdict of what comes later: %s', async (name) => {
    expect(await verify(name, false)).toMatchObject({ verdict: 'unsigned', digest: evil });
  });
});
