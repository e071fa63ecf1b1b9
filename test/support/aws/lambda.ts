import { AwsFault, type AwsService, json } from './wire.ts';

/** Invoke, over functions by name. What a function throws is its failure. */
export function lambda(
  functions: Readonly<Record<string, (payload: unknown) => Promise<unknown>>>,
): AwsService {
  return async ({ path, body }) => {
    const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(path)?.[1];
    if (name === undefined) return undefined;
    const run = functions[decodeURIComponent(name)];
    if (run === undefined) {
      throw new AwsFault('ResourceNotFoundException', `Function not found: ${name}`, 404);
    }
    try {
      return json((await run(body === '' ? null : JSON.parse(body))) ?? null);
    } catch (thrown) {
      const { name: errorType, message: errorMessage } = thrown as Error;
      return {
        ...json({ errorType, errorMessage }),
        headers: { 'x-amz-function-error': 'Unhandled' },
      };
    }
  };
}
