import { ECRClient, type ECRClientConfig } from '@aws-sdk/client-ecr';
import { ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import type { EcrOptions } from './credentials.ts';

/** Clients with the role of this process. */
export function ecrClients(
  config: Pick<ECRClientConfig, 'maxAttempts' | 'requestHandler'>,
): Pick<EcrOptions, 'clientOf' | 'publicClient'> {
  return {
    clientOf: (region) => new ECRClient({ ...config, region }),
    publicClient: () => new ECRPUBLICClient({ ...config, region: 'us-east-1' }),
  };
}
