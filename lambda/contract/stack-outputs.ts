/** Names of the outputs of a deployed stack: by them the command line finds everything. */
export const OUTPUT = {
  table: 'TableName',
  alertTopic: 'AlertTopicArn',
  /** Where chat channels listen; absent without any. */
  chatTopic: 'ChatTopicArn',
  operationsTopic: 'OperationsTopicArn',
  queue: 'QueueUrl',
  deadLetters: 'DeadLetterQueueUrl',
  credentials: 'CredentialsSecretArn',
  api: 'HistoryApiUrl',
  dispatcher: 'DispatchFunctionName',
  /** `file`: the watch list of the deployment; `external`: `tagwarden apply --stack` may change it. */
  watchlist: 'Watchlist',
} as const;
