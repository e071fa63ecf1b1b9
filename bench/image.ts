import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushImage, startRegistry } from '../test/support/registry/index.ts';
import { signKeyless, startSigstore } from '../test/support/sigstore/index.ts';
import { IDENTITY, ISSUER } from './policy.ts';

export interface SignedImage {
  /** `verify` with its flags and the image: for cosign and for Tagwarden alike. */
  readonly argv: readonly string[];
  readonly root: string;
  readonly reference: string;
  close(): Promise<void>;
}

/** A keyless image in a registry of this process, signed as the real cosign does by default. */
export async function serveSignedImage(): Promise<SignedImage> {
  const folder = await mkdtemp(join(tmpdir(), 'tagwarden-bench-'));
  const [registry, sigstore] = await Promise.all([
    startRegistry({ referrers: true }),
    startSigstore(),
  ]);
  const { reference, digest } = pushImage(registry, 'acme/app', 'v1', { content: 'v1' });
  await signKeyless(sigstore, {
    ...{ registryHost: registry.host, repository: 'acme/app', digest },
    ...{ identity: IDENTITY, issuer: ISSUER },
  });
  const root = join(folder, 'trusted_root.json');
  await writeFile(root, sigstore.trustedRoot());
  const identity = ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];
  const close = async () => {
    await Promise.all([registry.close(), sigstore.close()]);
    await rm(folder, { recursive: true, force: true });
  };
  return {
    argv: ['verify', '--trusted-root', root, ...identity, reference],
    root,
    reference,
    close,
  };
}

/** In milliseconds. @throws when it does not verify */
export async function timeOf(verify: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const exit = await verify();
  const time = performance.now() - started;
  if (exit !== 0) throw new Error(`verify: exit ${exit}`);
  return time;
}
