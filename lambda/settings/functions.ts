import * as z from 'zod/mini';
import { ENVIRONMENT } from '../contract/environment.ts';
import { TagwardenError } from '../domain/errors.ts';

/** A function was deployed with an environment that it cannot work with; every problem of it at once. */
export class SettingsError extends TagwardenError<'INVALID_SETTINGS'> {
  constructor(problems: readonly string[]) {
    super('INVALID_SETTINGS', `invalid environment: ${problems.join('; ')}`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const text = (pattern: RegExp, expected: string) =>
  z.string({ error: expected }).check(z.regex(pattern, { error: expected }));

const stack = text(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'the name of the stack');
const table = text(/^[A-Za-z0-9_.-]{3,255}$/, 'the name of a table');
const queueUrl = text(/^https?:\/\/[^\s?#]+\.fifo$/, 'the URL of a FIFO queue');
const topicArn = text(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:\S+$/, 'the ARN of a topic');
const secretArn = text(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+$/, 'its ARN');
const logLevel = z._default(
  z.enum(['debug', 'info', 'warn', 'error'], { error: 'debug, info, warn or error' }),
  'info',
);

const common = { stack, table, logLevel };

const schemas = {
  dispatch: z.object({ ...common, queueUrl }),
  scan: z.object({ ...common, queueUrl, credentialsSecretArn: z.optional(secretArn) }),
  deliver: z.object({ ...common, topicArn, chatTopicArn: z.optional(topicArn) }),
  apply: z.object(common),
  history: z.object(common),
  refreshTrust: z.object(common),
};

export type FunctionName = keyof typeof schemas;
export type FunctionSettings<Name extends FunctionName> = Readonly<
  z.output<(typeof schemas)[Name]>
>;

/**
 * What the stack told a function. An empty variable counts as absent.
 *
 * @throws {SettingsError} with every problem
 */
export function readFunctionSettings<Name extends FunctionName>(
  name: Name,
  env: Environment = process.env,
): FunctionSettings<Name> {
  const found = Object.fromEntries(
    Object.entries(ENVIRONMENT).flatMap(([key, variable]) => {
      const value = env[variable];
      return value ? [[key, value]] : [];
    }),
  );
  const parsed = schemas[name].safeParse(found);
  if (parsed.success) return parsed.data as FunctionSettings<Name>;
  throw new SettingsError(parsed.error.issues.map((issue) => problemOf(issue, found)));
}

function problemOf(
  { path, message }: { readonly path: readonly PropertyKey[]; readonly message: string },
  found: Readonly<Record<string, string | undefined>>,
): string {
  const key = String(path[0]) as keyof typeof ENVIRONMENT;
  const value = found[key];
  const shown = value === undefined ? 'nothing' : JSON.stringify(value.slice(0, 100));
  return `${ENVIRONMENT[key]}: found ${shown}, expected ${message}`;
}
