import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RELEASE } from '../interop/images.ts';
import { HOST, INTERNAL, PRIVATE } from './hosts.ts';
import type { Stage } from './stage.ts';

/** What is watched, each a line of YAML. */
export const WATCH = {
  api: '{image: "HOST/shop/api:1.4", policy: release, labels: {team: shop}}',
  web: '{image: "HOST/shop/web:stable", policy: key, labels: {team: web}}',
  jobs: '{image: "HOST/shop/jobs", tags: {glob: ["v*"]}, labels: {team: shop}}',
  base: 'HOST/base/os:latest',
  tools: '{image: "HOST/base/tools:2", immutable: true}',
} as const;

/** Checked every minute; a signature that is missing is told at once. */
const HEAD = `version: 1
defaults: {every: 1m, policy: none, signatureGrace: 0s}
registries:
  - {host: "${HOST}", allowPrivate: true, plainHttp: true}
  - {host: "${PRIVATE.name}", allowPrivate: true, ca: corp-ca.pem}
  - {host: "${INTERNAL.name}:${INTERNAL.port}", plainHttp: true}
policies:
  release:
    trustRoot: root.json
    signedBy:
      - {identity: "${RELEASE.identity}", issuer: "${RELEASE.issuer}"}
  key:
    signedBy: [{key: ours.pub}]
    unsafeIgnoreTransparencyLog: true
watch:
`;

/**
 * Writes a watch list, beside the keys and the trusted root that its policies name.
 *
 * @param watches As YAML, `HOST` standing for the registry.
 * @returns the settings of a deployment of it.
 */
export async function writeWatchlist(
  stage: Stage,
  watches: readonly string[],
): Promise<{ readonly watchlist: string }> {
  for (const name of ['root.json', 'ours.pub']) {
    await stage.write(name, await readFile(join(stage.lab.cosign.folder, name)));
  }
  await stage.write('corp-ca.pem', stage.privateRegistry.authority);
  const list = watches.map((watch) => `  - ${watch.replaceAll('HOST', HOST)}\n`).join('');
  return { watchlist: await stage.write('watchlist.yaml', HEAD + list) };
}
