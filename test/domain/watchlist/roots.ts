/** Bytes that the compiler takes for a trusted root; whether its keys hold is for the verifier to say. */
export const TrustedRoots = {
  perfect: new Uint8Array(
    Buffer.from('{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}'),
  ),
} as const;
