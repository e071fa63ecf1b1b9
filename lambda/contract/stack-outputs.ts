/** Names of the outputs of a deployed stack: by them the command line finds everything. */
export const OUTPUT = {
  table: 'TableName',
  /** Names the table together with its stream: what a later deployment adopts it by. Absent when the table came without. */
  tableStream: 'TableStreamArn',
  alertTopic: 'AlertTopicArn',
  /** Where chat channels listen; absent without any. */
  chatTopic: 'ChatTopicArn',
  operationsTopic: 'OperationsTopicArn',
  queue: 'QueueUrl',
  deadLetters: 'DeadLetterQueueUrl',
  /** Ticks that a function could not be told of. */
  tickDeadLetters: 'TickDeadLetterQueueUrl',
  /** Records of the table's stream that deliver could not be told of. */
  streamDeadLetters: 'StreamDeadLetterQueueUrl',
  credentials: 'CredentialsSecretArn',
  api: 'HistoryApiUrl',
  dispatcher: 'DispatchFunctionName',
  dashboard: 'DashboardName',
  /** `file`: the watch list of the deployment; `external`: `tagwarden apply --stack` may change it. */
  watchlist: 'Watchlist',
  /** ARNs of what stays when the stack is destroyed, separated by spaces. */
  retained: 'RetainedAtDestroy',
  /** The address that registries see; absent unless the stack made a network. */
  egressAddress: 'EgressAddress',
} as const;
