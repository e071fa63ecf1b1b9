import { Refusal } from './refusal.ts';
import type { Signed } from './signed.ts';
import { parseCertificate } from './x509.ts';

/**
 * A legacy signature of a wanted key may have a certificate beside it, whoever issued it. cosign
 * then judges that, too: it must be of this key, and valid when the signature was made.
 *
 * @param proves when that was; nothing stands for `now`
 * @throws {Refusal}
 */
export function requireFittingCertificate(
  { certificate }: Signed,
  { spki }: { readonly spki: Buffer },
  proves: readonly Date[],
  now: Date,
): void {
  if (certificate === undefined) return;
  const { key, notBefore, notAfter } = parseCertificate(certificate);
  if (!key.export({ type: 'spki', format: 'der' }).equals(spki)) {
    throw new Refusal('it has a certificate of another key');
  }
  for (const time of proves.length > 0 ? proves : [now]) {
    if (time < notBefore || time > notAfter) {
      throw new Refusal(`its certificate was not valid at ${time.toISOString()}`);
    }
  }
}
