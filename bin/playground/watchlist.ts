import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE } from '../../lambda/domain/time.ts';
import { GRACE, REPOSITORY, TAG } from './story.ts';

/** Writes the playground's watch list, as a user would write one. @returns its path */
export function writeWatchlist(folder: string, host: string, trustedRoot: Uint8Array): string {
  writeFileSync(join(folder, 'trusted_root.json'), trustedRoot);
  const path = join(folder, 'watchlist.yaml');
  writeFileSync(path, textOf(host));
  return path;
}

function textOf(host: string): string {
  return `version: 1
defaults: {every: 1m, signatureGrace: ${GRACE / MINUTE}m}
policies:
  release:
    trustRoot: trusted_root.json # of the playground's Sigstore; leave it out for the public one
    signedBy:
      - github: {repository: shop/api, workflow: release.yml, ref: refs/tags/v*}
watch:
  - {image: "${host}/${REPOSITORY}:${TAG}", policy: release, labels: {team: shop}}
`;
}
