import { z } from 'zod';
import { shaped } from '../../lambda/domain/watchlist/fields.ts';
import { mapping } from '../../lambda/domain/watchlist/schema.ts';
import { subscriptionSchema } from './subscriptions.ts';

/*
 * What may stand under `context.tagwarden` in cdk.json. Only the shape of single values: what
 * concerns several of them is in settings.ts.
 */

/** How often the dispatcher wakes, in minutes; each divides every longer interval of a watch. */
export const SCHEDULES = { '1m': 1, '5m': 5, '10m': 10, '15m': 15, '30m': 30, '1h': 60 } as const;
export type Schedule = keyof typeof SCHEDULES;

/** The spans that CloudWatch Logs knows and that make sense here. */
export const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731];

const email = shaped(/^[^\s@<>,]{1,64}@[^\s@<>,]{1,255}$/, 'an e-mail address');
const emails = z.union([email, z.array(email).min(1).max(50)]);

const arn = (service: string, resource: RegExp, expected: string) =>
  shaped(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:(?:\\d{12})?:${resource.source}$`),
    expected,
  );

export const settingsSchema = mapping({
  watchlist: shaped(/^[^\p{C}]{1,1000}$/u, 'the path of a watch list, or external').optional(),
  stackName: shaped(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'a name of letters, digits and "-"').optional(),
  schedule: z.enum(Object.keys(SCHEDULES) as [Schedule, ...Schedule[]]).optional(),
  alertEmail: emails.optional(),
  alarmEmail: emails.optional(),
  subscriptions: z.array(subscriptionSchema).max(100).optional(),
  slackWorkspaceId: shaped(/^[0-9A-Z]{1,255}$/, 'an id such as T0123ABCD').optional(),
  slackChannelId: shaped(/^[A-Za-z0-9]{1,255}$/, 'an id such as C0123ABCD').optional(),
  teamsTenantId: shaped(/^[0-9A-Fa-f-]{36}$/, 'a UUID').optional(),
  teamsTeamId: shaped(/^[0-9A-Fa-f-]{36}$/, 'a UUID').optional(),
  teamsChannelId: shaped(
    /^[\w=+/.-]*%3[aA][\w=+/.-]*%40[\w=+/.-]*$/,
    'the id in the link of a channel, such as 19%3Aab12cd%40thread.tacv2',
  ).optional(),
  logRetentionDays: z.literal(LOG_RETENTION_DAYS).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).optional(),
  table: shaped(
    /^(?:[\w.-]{3,255}|arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]{3,255}\/stream\/[\w:.-]+)$/,
    'the name of a table or the ARN of its stream',
  ).optional(),
  registryCredentials: arn('secretsmanager', /secret:.+/, 'the ARN of a secret').optional(),
  ecrRepositories: z
    .array(arn('ecr', /repository\/.+/, 'the ARN of a repository, which may end in *'))
    .optional(),
  allowRemovals: z.boolean().optional(),
  vpc: shaped(/^(?:new|vpc-[0-9a-f]{8,17})$/, 'new, or the id of a VPC').optional(),
  kmsKey: z.union([z.literal('new'), arn('kms', /key\/.+/, 'new, or the ARN of a key')]).optional(),
  scanConcurrency: z.int().min(2).max(1_000).optional(),
});

export type SettingsInput = z.infer<typeof settingsSchema>;
export const SETTINGS = Object.keys(settingsSchema.shape);
