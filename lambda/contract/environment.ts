/** Names of the environment variables that the stack sets and the settings read. */
export const ENVIRONMENT = {
  /** Name of the DynamoDB table. */
  table: 'TAGWARDEN_TABLE',
  /** ARN of the topic that alerts are published to. */
  topicArn: 'TAGWARDEN_TOPIC_ARN',
  /** ARN of the topic that chat channels are subscribed to; absent without chat. */
  chatTopicArn: 'TAGWARDEN_CHAT_TOPIC_ARN',
  /** URL of the FIFO queue of jobs. */
  queueUrl: 'TAGWARDEN_QUEUE_URL',
  /** ARN of the secret that holds a docker `config.json`. */
  credentialsSecretArn: 'TAGWARDEN_CREDENTIALS_SECRET_ARN',
  /** Name of the deployed stack that the command line talks to. */
  stack: 'TAGWARDEN_STACK',
  /** Folder of the embedded store. */
  dataDir: 'TAGWARDEN_DATA_DIR',
  /** Least severe log line that is written: debug, info, warn or error. */
  logLevel: 'TAGWARDEN_LOG_LEVEL',
} as const;
