import {
  hashAlgorithmFromJSON,
  publicKeyDetailsFromJSON,
  TrustedRoot,
} from '@sigstore/protobuf-specs';
import { readJson } from './json.ts';
import { bytes, enumeration, list, message, normalize, text, timestamp } from './proto-json.ts';

/** dev.sigstore.trustroot.v1.TrustedRoot (protobuf-specs, sigstore_trustroot.proto). */
const validFor = message({ start: timestamp, end: timestamp });
const logId = message({ keyId: bytes });
const log = message({
  baseUrl: text,
  hashAlgorithm: enumeration(hashAlgorithmFromJSON),
  publicKey: message({
    rawBytes: bytes,
    keyDetails: enumeration(publicKeyDetailsFromJSON),
    validFor,
  }),
  logId,
  checkpointKeyId: logId,
  operator: text,
});
const authority = message({
  subject: message({ organization: text, commonName: text }),
  uri: text,
  certChain: message({ certificates: list(message({ rawBytes: bytes })) }),
  validFor,
  operator: text,
});
const ROOT = message({
  mediaType: text,
  tlogs: list(log),
  certificateAuthorities: list(authority),
  ctlogs: list(log),
  timestampAuthorities: list(authority),
});

/**
 * A `trusted_root.json` as protojson reads it: of a document that says more or something else, two
 * verifiers would trust two sets of authorities.
 *
 * @throws for anything else
 */
export function parseTrustedRoot(content: Uint8Array): TrustedRoot {
  const json = normalize(readJson(content, 'trusted root'), ROOT, 'trusted root');
  const root = TrustedRoot.fromJSON(json);
  return { ...root, tlogs: root.tlogs.map(byLogId), ctlogs: root.ctlogs.map(byLogId) };
}

/** The library would take the deprecated `checkpointKeyId` for the log's id, which cosign ignores. */
function byLogId(instance: TrustedRoot['tlogs'][number]): TrustedRoot['tlogs'][number] {
  return { ...instance, checkpointKeyId: undefined };
}
