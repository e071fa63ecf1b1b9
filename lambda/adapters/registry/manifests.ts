import type {
  Denied,
  FoundDigest,
  FoundManifest,
  Missing,
  RepositoryRef,
} from '../../application/ports.ts';
import { algorithmOf, type Digest, digestOf, isDigest } from '../../domain/digest.ts';
import { judge } from './answers.ts';
import { discard, readBody } from './body.ts';
import { RegistryError } from './errors.ts';
import { nameOf, pathOf } from './path.ts';
import { type Ask, asked, type Reply, type Requester } from './requester.ts';
import type { Site } from './site.ts';

/**
 * What a registry answers depends on what is accepted: with fewer types an existing tag is 404 on
 * GHCR and distribution, or another digest. The same four, always.
 */
export const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

export function manifestAsk(
  method: 'GET' | 'HEAD',
  site: Site,
  { repository }: RepositoryRef,
  reference: string,
): Ask {
  return {
    site,
    repository,
    method,
    path: pathOf(repository, 'manifests', reference),
    what: `manifest ${nameOf(repository, reference)}`,
    accept: ACCEPT,
    leave: true,
  };
}

/** These say nothing of what a GET would find: Nexus says 404 of what is there, signed storage 403. */
const SILENT = new Set([403, 404, 405, 501]);

/** Undefined where a HEAD is of no use: it was answered without a body to judge, or without a digest. */
export async function headManifest(
  requester: Requester,
  ask: Ask,
  reference: string,
  signal: AbortSignal,
): Promise<FoundDigest | Missing | Denied | undefined> {
  const reply = await requester.send(ask, signal);
  if (reply.kind === 'denied') return reply;
  const { status } = reply;
  if (status === 200 || SILENT.has(status)) await discard(reply.body);
  if (status === 200) return foundDigest(ask, reply, reference);
  return SILENT.has(status) ? undefined : judge(requester, ask, reply);
}

function foundDigest(ask: Ask, reply: Reply, reference: string): FoundDigest | undefined {
  const digest = claimedDigest(reply, reference) ?? taggedDigest(reply);
  if (digest === undefined) return undefined;
  if (isDigest(reference) && digest !== reference) {
    const happened = `${asked(ask)} answered with the digest ${digest}`;
    throw new RegistryError('DIGEST_MISMATCH', happened);
  }
  const mediaType = mediaTypeOf(reply);
  return { kind: 'found', digest, ...(mediaType === '' ? {} : { mediaType }) };
}

export async function getManifest(
  requester: Requester,
  ask: Ask,
  reference: string,
  signal: AbortSignal,
): Promise<FoundManifest | Missing | Denied> {
  const reply = await requester.send(ask, signal);
  if (reply.kind === 'denied') return reply;
  if (reply.status !== 200) return judge(requester, ask, reply);
  return readManifest(requester, ask, reply, reference);
}

/** Undefined where the registry says that it is still what `seen` says. */
export async function getManifestUnless(
  requester: Requester,
  ask: Ask,
  reference: string,
  seen: Digest,
  signal: AbortSignal,
): Promise<FoundManifest | Missing | Denied | undefined> {
  const reply = await requester.send({ ...ask, unless: seen }, signal);
  if (reply.kind === 'denied') return reply;
  if (reply.status === 200) return readManifest(requester, ask, reply, reference);
  if (reply.status !== 304) return judge(requester, ask, reply);
  await discard(reply.body);
  // Attack: "unchanged", and another digest in the same breath. The bytes decide.
  const digest = claimedDigest(reply, reference) ?? seen;
  return digest === seen ? undefined : getManifest(requester, ask, reference, signal);
}

async function readManifest(
  { limits }: Requester,
  ask: Ask,
  reply: Reply,
  reference: string,
): Promise<FoundManifest> {
  const bytes = await readBody(reply, limits.manifestBytes, asked(ask));
  const mediaType = mediaTypeOf(reply);
  if (mediaType === 'text/html' && !isDigest(reference)) {
    throw new RegistryError('NOT_OCI', `${asked(ask)} answered with a web page`);
  }
  return { kind: 'found', digest: proveDigest(ask, reply, reference, bytes), mediaType, bytes };
}

/**
 * The digest of the bytes. Attack: other bytes than the digest that was asked for, or than the one
 * that the registry announces with them. The announced one also says which algorithm a tag uses.
 */
function proveDigest(ask: Ask, reply: Reply, reference: string, bytes: Uint8Array): Digest {
  const expected = isDigest(reference) ? reference : claimedDigest(reply, reference);
  if (expected === undefined) return digestOf(bytes);
  const digest = digestOf(bytes, algorithmOf(expected));
  if (digest === expected) return digest;
  const happened = `${asked(ask)} answered with bytes whose digest is ${digest}, not ${expected}`;
  throw new RegistryError('DIGEST_MISMATCH', happened);
}

/**
 * `Docker-Content-Digest`, if it is one well-formed digest and of the algorithm that was asked for
 * (some answer a sha512 with their sha256); anything else counts as absent.
 */
function claimedDigest({ headers }: Reply, reference: string): Digest | undefined {
  const claimed = headers['docker-content-digest'];
  if (!isDigest(claimed)) return undefined;
  if (isDigest(reference) && algorithmOf(claimed) !== algorithmOf(reference)) return undefined;
  return claimed;
}

/**
 * Where a proxy took the digest away, the entity tag may still be one: Docker Hub and distribution
 * write it so. A weak one, or any other, says nothing.
 */
function taggedDigest({ headers }: Reply): Digest | undefined {
  const tagged = /^"(.*)"$/.exec(String(headers.etag ?? ''))?.[1];
  const isAbsent = headers['docker-content-digest'] === undefined;
  return isAbsent && isDigest(tagged) ? tagged : undefined;
}

/** Without parameters, in lower case; empty when there is none. */
export function mediaTypeOf({ headers }: Reply): string {
  const [mediaType = ''] = String(headers['content-type'] ?? '').split(';', 1);
  return mediaType.trim().toLowerCase();
}
