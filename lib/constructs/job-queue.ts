import { Duration, Validations } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MOST_RECEIVES } from '../../lambda/contract/queue.ts';

export interface JobQueueProps {
  /** How long the function that works a job may take. */
  readonly timeout: Duration;

  /**
   * Key that jobs are encrypted with at rest.
   *
   * @default - a key that SQS owns
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * The queue between dispatch and scan, first in, first out within a lane. A job comes again when its
 * worker died, and after that goes to the dead letters, so that it does not block its lane.
 */
export class JobQueue extends Construct {
  readonly queue: sqs.IQueue;
  readonly deadLetters: sqs.IQueue;

  constructor(scope: Construct, id: string, { timeout, encryptionKey }: JobQueueProps) {
    super(scope, id);
    const common = { ...encryption(encryptionKey), enforceSSL: true, fifo: true };
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...common,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new sqs.Queue(this, 'Jobs', {
      ...common,
      // Ids are unique within a lane; the limit on requests then holds for each lane by itself.
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MOST_RECEIVES },
    });
  }
}

/** A queue for what a function could not be told of, to be looked at by a person. */
export function deadLetterQueue(scope: Construct, id: string, key?: kms.IKey): sqs.Queue {
  const queue = new sqs.Queue(scope, id, {
    ...encryption(key),
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'it is a dead-letter queue itself, of a schedule or a stream',
  });
  return queue;
}

function encryption(
  key: kms.IKey | undefined,
): Pick<sqs.QueueProps, 'encryption' | 'encryptionMasterKey'> {
  return key === undefined
    ? { encryption: sqs.QueueEncryption.SQS_MANAGED }
    : { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: key };
}
