const KIB = 1024;
const MIB = 1024 * KIB;

/** What one registry may cost us. Times in milliseconds, sizes in bytes. */
export interface Limits {
  /** Of a whole HEAD: connecting, tokens, redirects and the answer. */
  readonly headDeadline: number;
  /** The same of a GET, up to its last byte; of one page of a listing. */
  readonly getDeadline: number;
  /** Of all pages of a listing. */
  readonly listDeadline: number;
  readonly connectTimeout: number;
  /** How long others wait for the first request of a repository to find out how to log in. */
  readonly patience: number;
  readonly keepAlive: number;
  /** Of the header section of one answer. */
  readonly headerBytes: number;
  /** distribution-spec: registries take manifests of at least 4 MiB, and most no more. */
  readonly manifestBytes: number;
  /** Registries that ignore `n` send all tags in one page. */
  readonly tagsPageBytes: number;
  readonly tokenBytes: number;
  readonly errorBytes: number;
  readonly pages: number;
  readonly tags: number;
  /** Of one image. */
  readonly referrers: number;
  /** All together they have no more bytes than one manifest. */
  readonly referrerPages: number;
  readonly redirects: number;
}

export const LIMITS: Limits = {
  headDeadline: 15_000,
  getDeadline: 30_000,
  listDeadline: 120_000,
  connectTimeout: 5_000,
  patience: 2_000,
  keepAlive: 30_000,
  headerBytes: 16 * KIB,
  manifestBytes: 4 * MIB,
  tagsPageBytes: 16 * MIB,
  tokenBytes: 64 * KIB,
  errorBytes: 64 * KIB,
  pages: 1_000,
  tags: 500_000,
  referrers: 1_000,
  referrerPages: 100,
  redirects: 3,
};
