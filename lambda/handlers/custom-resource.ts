import * as z from 'zod/mini';

/** What CloudFormation asks ("Custom resource request objects" of its user guide). */
const request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.string().check(z.regex(/^https?:\/\//)),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: z.looseObject({}),
});

export type CustomResourceRequest = z.output<typeof request>;

/** @throws when it is none: there is nobody to answer then */
export function readCustomResourceRequest(event: unknown): CustomResourceRequest {
  const parsed = request.safeParse(event);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new Error(`expected a request of CloudFormation, found something else in ${where}`);
}

/** All of them are texts, as CloudFormation hands them over. */
const properties = z.object({
  WatchlistBucket: z.string().check(z.minLength(1)),
  WatchlistKey: z.string().check(z.minLength(1)),
  WatchlistHash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  AllowRemovals: z._default(z.enum(['true', 'false']), 'false'),
});

export type ApplyProperties = z.output<typeof properties>;

/** @throws with the names of those that are wrong */
export function readApplyProperties(found: unknown): ApplyProperties {
  const parsed = properties.safeParse(found);
  if (parsed.success) return parsed.data;
  const which = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new Error(`the properties of the watch list resource are wrong: ${which}`);
}
