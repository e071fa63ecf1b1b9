export { ecrClients } from './clients.ts';
export { createEcrCredentials, type EcrOptions } from './credentials.ts';
export { ECR_PUBLIC, type EcrHost, parseEcrHost } from './host.ts';
