/** What the use cases need from outside, one interface per capability. Adapters implement them. */
export type { AlertMessage } from '../domain/alert/message.ts';
export * from './ports/credentials.ts';
export * from './ports/delivery.ts';
export * from './ports/evidence.ts';
export * from './ports/memory.ts';
export * from './ports/queue.ts';
export * from './ports/registry.ts';
export * from './ports/runtime.ts';
export * from './ports/schedule.ts';
export * from './ports/trust-refresh.ts';
export * from './ports/verification.ts';
