/**
 * A policy: who must have signed an image, and what must be attested about it. Compiled once (keys
 * resolved and pinned, `github` rules turned into identity rules) and stored under its hash.
 */
export type PolicyHash = string;

/** The built-in policy that requires no signature; the hash that stands for it everywhere. */
export const NO_POLICY: PolicyHash = 'none';

/** `regExp` is RE2 and matches anywhere in the text, as Go's `MatchString`; compile adds anchors. */
export type TextRule = { readonly exact: string } | { readonly regExp: string };

/** Exact values of the GitHub workflow extensions of a Fulcio certificate (OID 1.3.6.1.4.1.57264.1.2 to .6). */
export interface WorkflowRule {
  readonly trigger?: string;
  readonly sha?: string;
  readonly name?: string;
  readonly repository?: string;
  readonly ref?: string;
}

export interface KeylessRule {
  readonly kind: 'keyless';
  readonly identity: TextRule;
  readonly issuer: TextRule;
  readonly workflow?: WorkflowRule;
}

export interface KeyRule {
  readonly kind: 'key';
  /** `sha256:<hex>` of the DER SubjectPublicKeyInfo. */
  readonly keyId: string;
  /** Base64 DER SubjectPublicKeyInfo. */
  readonly spki: string;
  /** Where the key came from, as the user wrote it: for messages only. */
  readonly source: string;
  readonly digestAlgorithm: 'sha256' | 'sha384' | 'sha512';
}

export type SignerRule = KeylessRule | KeyRule;

/**
 * What one value of a statement must be: equal to a scalar, or a text that a pattern matches. As
 * everywhere in a watch list, the RE2 pattern has to match the whole text.
 */
export type Condition = string | number | boolean | { readonly matches: string };

export interface AttestationRule {
  /** Predicate type URI (aliases are already resolved). */
  readonly predicateType: string;
  /** Any of; empty means: the signers of the policy. */
  readonly signedBy: readonly SignerRule[];
  /** By singular JSONPath on the statement. */
  readonly where: Readonly<Record<string, Condition>>;
}

/** Which trusted root: `public-good`, or `sha256:<hex>` of the bytes of a custom `trusted_root.json`. */
export type TrustRootName = string;
export const PUBLIC_GOOD: TrustRootName = 'public-good';

export interface Policy {
  readonly v: 1;
  readonly name: string;
  /** `signature`: only a cosign signature counts. `cosign`: what `cosign verify` 3.1.3 says. */
  readonly mode: 'signature' | 'cosign';
  /** Any of these; never empty. */
  readonly signedBy: readonly SignerRule[];
  /** All of these. */
  readonly attestations: readonly AttestationRule[];
  readonly trustRoot: TrustRootName;
  /** cosign's `--insecure-ignore-tlog`. */
  readonly unsafeIgnoreTransparencyLog: boolean;
  /** cosign's `--use-signed-timestamps`. */
  readonly useSignedTimestamps: boolean;
  /** cosign's `--new-bundle-format`: `either` unless the user chose. */
  readonly format: 'either' | 'bundle' | 'legacy';
  /** cosign's `-a`: each must be in the signed payload. */
  readonly annotations: Readonly<Record<string, string>>;
}
