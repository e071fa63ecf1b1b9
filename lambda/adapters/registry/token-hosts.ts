/**
 * Hosted registries whose token server is of another domain, as the vendors document it. Which may see
 * a credential is said per registry: what one vendor may see is nothing that another one may ask for.
 */
const KNOWN: readonly (readonly [registry: RegExp, tokenHosts: readonly string[]])[] = [
  [/^nvcr\.io$/, ['authn.nvidia.com']],
  [/^rg\.[a-z]+-[a-z]+\.scw\.cloud$/, ['api.scaleway.com']],
];

/** @param host of the registry, as a URL has it */
export function knownTokenHosts(host: string): readonly string[] {
  return KNOWN.find(([registry]) => registry.test(host))?.[1] ?? [];
}
