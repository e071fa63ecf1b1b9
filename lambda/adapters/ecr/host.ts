/** A private registry of ECR, by its host. */
export interface EcrHost {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/**
 * `<account>.dkr.ecr[-fips].<region>.amazonaws.com` and its forms in other partitions, and the
 * dual-stack `<account>.dkr-ecr[-fips].<region>.on.aws` (Amazon ECR user guide, "Registry endpoints").
 * The suffixes are AWS's own, spelled out and to their end: whoever owns a domain that merely looks
 * like one must not be sent a password.
 */
const HOST =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9]+(?:-[a-z0-9]+)*)\.(?:amazonaws\.(?:com|com\.cn|eu)|on\.(?:aws|amazonwebservices\.com\.cn|amazonwebservices\.eu)|c2s\.ic\.gov|on\.aws\.ic\.gov|sc2s\.sgov\.gov|on\.aws\.scloud|cloud\.adc-e\.uk|on\.cloud-aws\.adc-e\.uk|csp\.hci\.ic\.gov|on\.aws\.hci\.ic\.gov)$/;

export const ECR_PUBLIC = 'public.ecr.aws';

/** Whether a role may log in there. */
export function isEcr(host: string): boolean {
  return host === ECR_PUBLIC || parseEcrHost(host) !== undefined;
}

export function parseEcrHost(host: string): EcrHost | undefined {
  const [, account, region] = HOST.exec(host) ?? [];
  return account === undefined || region === undefined ? undefined : { account, region };
}
