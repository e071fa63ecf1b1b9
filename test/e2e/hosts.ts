/** Where the deployed functions find the registry: a private address, as in a company's network. */
export const REGISTRY = {
  name: 'registry.corp.example',
  address: '10.20.0.5',
  port: 5000,
} as const;

/** One that wants a login. */
export const PRIVATE = { name: 'private.corp.example', address: '10.20.0.6', port: 443 } as const;

/** A server in that network that is no registry of the watch list's `registries`. */
export const INTERNAL = { name: 'internal.corp.example', address: '10.20.0.7', port: 80 } as const;

/** As references name it. */
export const HOST = `${REGISTRY.name}:${REGISTRY.port}`;
