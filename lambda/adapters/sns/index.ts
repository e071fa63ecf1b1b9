export { createSnsPublisher } from './publisher.ts';
