export { comeAgain, type Received } from './come-again.ts';
export { QueueError, UnreadableJobError } from './errors.ts';
export { readJob } from './job-body.ts';
export { createSqsQueue, type SqsQueueOptions } from './queue.ts';
