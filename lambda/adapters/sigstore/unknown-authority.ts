import { RFC3161Timestamp } from '@sigstore/core';
import type { LeafCertificate } from './certificate.ts';
import type { Conditions } from './cryptography.ts';
import { entriesOfKnownLogs } from './log-entry.ts';
import type { Signed } from './signed.ts';

type Material = Conditions['material'];

/**
 * Whether a candidate leans on somebody whom the trusted root does not name: the issuer of its
 * certificate, the log that promised to record that, the log of the signature, or the one who
 * stamped the time. A root that was refreshed in time might name them.
 *
 * What cannot be read leans on nobody: it is refused for what it is.
 */
export function leansOnUnknownAuthority(
  signed: Signed,
  leaf: LeafCertificate | undefined,
  { material, rules }: Conditions,
): boolean {
  const { logEntries, timestamps } = signed;
  const unlogged =
    !rules.unsafeIgnoreTransparencyLog &&
    entriesOfKnownLogs(logEntries, material.tlogs).length < logEntries.length;
  return (
    unlogged ||
    (leaf !== undefined &&
      (!hasKnownIssuer(leaf, material) || !hasKnownPromises(leaf, material))) ||
    timestamps.some((timestamp) => !isByKnownStamper(timestamp, material))
  );
}

/** By signature: a new authority may bear the name of the old one. */
function hasKnownIssuer({ x509 }: LeafCertificate, { certificateAuthorities }: Material): boolean {
  return orElse(true, () =>
    certificateAuthorities.some(({ certChain }) =>
      certChain.some(
        (authority) => authority.subject.equals(x509.issuer) && x509.verify(authority),
      ),
    ),
  );
}

function hasKnownPromises({ x509 }: LeafCertificate, { ctlogs }: Material): boolean {
  return orElse(true, () =>
    (x509.extSCT?.signedCertificateTimestamps ?? []).every(({ logID }) =>
      ctlogs.some((log) => log.logID.equals(logID)),
    ),
  );
}

function isByKnownStamper(der: Buffer, { timestampAuthorities }: Material): boolean {
  return orElse(true, () => {
    const { signerIssuer, signerSerialNumber } = RFC3161Timestamp.parse(Buffer.from(der));
    return timestampAuthorities.some(
      ({ certChain: [leaf] }) =>
        leaf?.issuer.equals(signerIssuer) === true && leaf.serialNumber.equals(signerSerialNumber),
    );
  });
}

function orElse(otherwise: boolean, ask: () => boolean): boolean {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
