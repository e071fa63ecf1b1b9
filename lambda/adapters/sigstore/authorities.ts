import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { allowsCodeSigning, refuseUnknownCritical } from './certificate.ts';
import { type Certificate, OID, parseCertificate } from './x509.ts';

type Authority = TrustedRoot['certificateAuthorities'][number];

/**
 * Whether certificates of this authority can sign at all. G3, G4: the library checks neither what
 * the authority's own certificates are for nor what they demand of those below them.
 *
 * @throws {Refusal} for what is not a certificate.
 */
export function mayIssueSigners(authority: Authority): boolean {
  return chainOf(authority).every(
    (certificate) =>
      isUnderstood(certificate) &&
      (certificate.extendedKeyUsage === undefined ||
        allowsCodeSigning(certificate.extendedKeyUsage)),
  );
}

/**
 * Whether timestamps of this authority count: it names the certificate that signs them, which is
 * for that and for nothing else (RFC 3161 section 2.3), and one that vouches for it.
 *
 * @throws {Refusal} for what is not a certificate.
 */
export function mayStamp(authority: Authority): boolean {
  const [signer, ...above] = chainOf(authority);
  if (signer === undefined || signer.isAuthority || above.length === 0) return false;
  const usage = signer.extensions.get(OID.extendedKeyUsage);
  const [only, ...others] = signer.extendedKeyUsage ?? [];
  return (
    usage?.critical === true &&
    only === OID.timeStamping &&
    others.length === 0 &&
    [signer, ...above].every(isUnderstood) &&
    above.every(allowsStamping)
  );
}

function allowsStamping({ extendedKeyUsage: usages }: Certificate): boolean {
  return (
    usages === undefined ||
    usages.includes(OID.timeStamping) ||
    usages.includes(OID.anyExtendedKeyUsage)
  );
}

function isUnderstood(certificate: Certificate): boolean {
  try {
    refuseUnknownCritical(certificate);
    return true;
  } catch {
    return false;
  }
}

function chainOf({ certChain }: Authority): Certificate[] {
  return (certChain?.certificates ?? []).map(({ rawBytes }) => parseCertificate(rawBytes));
}
