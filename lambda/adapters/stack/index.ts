export { type AwsAccess, clientConfig } from './access.ts';
export { countMessages } from './dead-letters.ts';
export { createDispatcher, type Dispatcher } from './dispatcher.ts';
export { StackError, type StackErrorCode } from './errors.ts';
export { readOutputs, type StackOutputs } from './outputs.ts';
export { createSecretText, type SecretText } from './secret.ts';
export {
  createSubscriptions,
  type NewSubscription,
  type Subscription,
  type Subscriptions,
} from './subscriptions.ts';
