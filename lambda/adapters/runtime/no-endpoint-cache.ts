/**
 * What stands in for the SDK's cache of discovered endpoints in the bundles of functions: no operation
 * of DynamoDB discovers any, but its client makes one.
 */
export class EndpointCache {}
