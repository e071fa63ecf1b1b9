import { RegistryDouble, type RegistryOptions } from './server.ts';

export type { User } from './access.ts';
export { loadCaptured } from './captured.ts';
export { selfSigned } from './certificate.ts';
export { type Answer, json, ociError, type SeenRequest } from './exchange.ts';
export type { Fault } from './faults.ts';
export {
  encode,
  type ImageOptions,
  type PushedImage,
  pushImage,
  pushReferrer,
  type ReferrerOptions,
} from './push.ts';
export type { RegistryDouble, RegistryOptions } from './server.ts';
export { serveTagApi, type TagApiDouble } from './tag-api.ts';

/** Starts a registry on loopback; close it when done. */
export async function startRegistry(options: RegistryOptions = {}): Promise<RegistryDouble> {
  const registry = new RegistryDouble(options);
  await registry.listen();
  return registry;
}
