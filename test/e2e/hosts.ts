/** Where the deployed functions find the registry: a private address, as in a company's network. */
export const REGISTRY = {
  name: 'registry.corp.example',
  address: '10.20.0.5',
  port: 5000,
} as const;

/** As references name it. */
export const HOST = `${REGISTRY.name}:${REGISTRY.port}`;
