import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * What stands in for the SDK's chain of credential providers in the bundles of functions. Lambda puts
 * the role's credentials into the environment; the rest of the chain (profiles, single sign-on,
 * instance metadata) is 130 kB that a function must never use.
 */
export const defaultProvider = fromEnv;
