export { sqsClient } from './client.ts';
export { comeAgain, type Received } from './come-again.ts';
export { QueueError, UnreadableJobError } from './errors.ts';
export { createSqsQueue, type SqsQueueOptions } from './queue.ts';
export { readJob } from './read-job.ts';
