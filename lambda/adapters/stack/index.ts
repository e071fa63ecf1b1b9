export { type AwsAccess, clientConfig } from './access.ts';
export { createDispatcher, type Dispatcher } from './dispatcher.ts';
export { StackError, type StackErrorCode } from './errors.ts';
export { readOutputs, type StackOutputs } from './outputs.ts';
export {
  createSubscriptions,
  type NewSubscription,
  type Subscription,
  type Subscriptions,
} from './subscriptions.ts';
