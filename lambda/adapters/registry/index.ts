export { createRegistryClient, type RegistryClientOptions } from './client.ts';
export { credentialFor, firstCredential, NO_CREDENTIALS } from './credentials.ts';
export {
  credentialsFromDockerConfig,
  DockerConfigError,
  type DockerCredentials,
} from './docker-config.ts';
export { withCredential, withoutCredential } from './docker-config-edit.ts';
export { RegistryError, type RegistryErrorCode } from './errors.ts';
export { LIMITS, type Limits } from './limits.ts';
export type { LoginAnswer } from './login.ts';
export { mannersOf } from './manners.ts';
export { RegistryUsage } from './usage.ts';
