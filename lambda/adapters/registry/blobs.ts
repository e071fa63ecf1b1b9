import type { Denied, FoundBlob, Missing, RepositoryRef } from '../../application/ports.ts';
import { algorithmOf, type Digest, digestOf } from '../../domain/digest.ts';
import { judge } from './answers.ts';
import { readBody } from './body.ts';
import { RegistryError } from './errors.ts';
import { nameOf, pathOf } from './path.ts';
import { type Ask, asked, type Requester } from './requester.ts';
import type { Site } from './site.ts';

export function blobAsk(site: Site, { repository }: RepositoryRef, digest: Digest): Ask {
  return {
    site,
    repository,
    method: 'GET',
    path: pathOf(repository, 'blobs', digest),
    what: `blob ${nameOf(repository, digest)}`,
    accept: '*/*',
    leave: true,
  };
}

/** @param limit in bytes */
export async function getBlob(
  requester: Requester,
  ask: Ask,
  digest: Digest,
  limit: number,
  signal: AbortSignal,
): Promise<FoundBlob | Missing | Denied> {
  const reply = await requester.send(ask, signal);
  if (reply.kind === 'denied') return reply;
  if (reply.status !== 200) return judge(requester, ask, reply);
  const bytes = await readBody(reply, limit, asked(ask));
  const computed = digestOf(bytes, algorithmOf(digest));
  // Attack: other bytes than those that were asked for.
  if (computed !== digest) {
    const happened = `${asked(ask)} answered with bytes whose digest is ${computed}`;
    throw new RegistryError('DIGEST_MISMATCH', happened);
  }
  return { kind: 'found', bytes };
}
