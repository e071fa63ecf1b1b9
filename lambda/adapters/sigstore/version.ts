/**
 * What a verdict was reached with: our rules (raise the number when a rule changes a verdict), and
 * the library under them. A test keeps the latter equal to what is installed.
 */
export const VERIFIER = 'tagwarden-rules/3 @sigstore/verify/4.1.3';
