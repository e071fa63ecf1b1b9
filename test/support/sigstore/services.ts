import { sign } from 'node:crypto';
import { request } from 'undici';
import { integer, octets, oid, sequence, truth } from './der.ts';
import type { LogEntryJson } from './log-requests.ts';
import { type KeyPair, pemOf, sha256, spkiOf } from './x509.ts';

const SHA256 = '2.16.840.1.101.3.4.2.1';

/** Asks for a certificate; @returns the leaf as PEM and DER. */
export async function certify(
  url: string,
  token: string,
  { privateKey, publicKey }: KeyPair,
): Promise<{ pem: string; der: Buffer }> {
  const subject: string = JSON.parse(
    Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
  ).sub;
  const proof = sign('sha256', Buffer.from(subject), privateKey);
  const answer = await post(`${url}/api/v2/signingCert`, 'application/json', {
    credentials: { oidcIdentityToken: token },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: pemOf('PUBLIC KEY', spkiOf(publicKey)) },
      proofOfPossession: proof.toString('base64'),
    },
  });
  const pem: string = JSON.parse(answer.toString()).signedCertificateEmbeddedSct.chain
    .certificates[0];
  return { pem, der: Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64') };
}

/** An entry of Rekor v1 as its API returns it. */
export interface RekorV1Entry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly checkpoint: string;
      readonly hashes: readonly string[];
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
    };
  };
}

export async function logToV1(url: string, entry: object): Promise<RekorV1Entry> {
  const answer = await post(`${url}/api/v1/log/entries`, 'application/json', entry);
  const [only] = Object.values(JSON.parse(answer.toString()) as Record<string, RekorV1Entry>);
  if (only === undefined) throw new Error('rekor v1 returned no entry');
  return only;
}

/** @returns a TransparencyLogEntry as JSON. */
export async function logToV2(url: string, entry: object): Promise<LogEntryJson> {
  const answer = await post(`${url}/api/v2/log/entries`, 'application/json', entry);
  return JSON.parse(answer.toString());
}

/** A signed timestamp over a signature, DER. */
export function timestamp(url: string, signature: Uint8Array): Promise<Buffer> {
  return post(`${url}/api/v1/timestamp`, 'application/timestamp-query', stampRequest(signature));
}

/** A DER TimeStampReq (RFC 3161) for a signature. */
export function stampRequest(signature: Uint8Array): Buffer {
  const imprint = sequence(sequence(oid(SHA256)), octets(sha256(signature)));
  return sequence(integer(1), imprint, truth(true));
}

async function post(url: string, type: string, body: object): Promise<Buffer> {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': type },
    body: body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.statusCode >= 300) throw new Error(`${url} answered ${answer.statusCode}: ${bytes}`);
  return bytes;
}
