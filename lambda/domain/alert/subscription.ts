/** Subscriptions to alerts, as people write them and as SNS takes them. */
export { type Endpoint, endpointOf, type Protocol } from './endpoint.ts';
export {
  type AlertFilter,
  admits,
  type FilterPolicy,
  filterPolicyOf,
  filterText,
} from './filter-policy.ts';
