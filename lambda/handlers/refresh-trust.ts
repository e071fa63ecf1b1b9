import { composeRefreshTrust } from '../composition/functions/refresh-trust.ts';
import { readFunctionSettings } from '../settings/functions.ts';
import { createRefreshTrustHandler } from './refresh-trust-handler.ts';

export const handler = createRefreshTrustHandler(
  composeRefreshTrust(readFunctionSettings('refreshTrust')),
);
