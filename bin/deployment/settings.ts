import { schemaProblems } from '../../lambda/domain/watchlist/issues.ts';
import { formatPath, type Path, suggestion } from '../../lambda/domain/watchlist/problem.ts';
import { SCHEDULES, SETTINGS, type SettingsInput, settingsSchema } from './settings-schema.ts';
import { type AlertSubscription, subscriptionOf } from './subscriptions.ts';

/** Where the settings of a deployment stand in cdk.json. */
const PLACE = 'cdk.json context.tagwarden';
export const EXTERNAL = 'external';

/** What a deployment is made of, complete. */
export interface DeploymentSettings
  extends Omit<
    SettingsInput,
    'stackName' | 'watchlist' | 'schedule' | 'alertEmail' | 'alarmEmail' | 'subscriptions'
  > {
  readonly stackName: string;
  /** Path of the watch list; absent when the command line applies it. */
  readonly watchlist?: string;
  /** Minutes between two ticks. */
  readonly tickMinutes: number;
  /** Also those of `alertEmail`, which are told of everything. */
  readonly subscriptions: readonly AlertSubscription[];
  readonly alarmEmails: readonly string[];
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: DeploymentSettings }
  /** Every problem, one line each. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The settings of cdk.json with those of `-c key=value` in front. `context` is the whole context of
 * the CDK app. Never throws.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): SettingsResult {
  const { tagwarden = {}, ...rest } = context;
  const overrides = Object.fromEntries(
    Object.entries(rest).flatMap(([key, value]) =>
      SETTINGS.includes(key) ? [[key, typed(key, value)]] : [],
    ),
  );
  const value = isMapping(tagwarden) ? { ...tagwarden, ...overrides } : tagwarden;
  const parsed = settingsSchema.safeParse(value);
  const nameOf = (path: Path) =>
    Object.hasOwn(overrides, String(path[0]))
      ? `-c ${formatPath(path)}`
      : [PLACE, formatPath(path)].filter((part) => part !== '').join('.');
  const problems = [
    ...misspelt(Object.keys(rest)),
    ...schemaProblems(parsed.error?.issues ?? [], value).map(
      ({ path, message }) => `${nameOf(path)}: ${message}`,
    ),
    ...(isMapping(value) ? conflicts(value, nameOf) : []),
  ];
  return parsed.success && problems.length === 0
    ? { ok: true, settings: completed(parsed.data) }
    : { ok: false, problems };
}

/** Values of `-c` are texts; those of settings that want something else are read as JSON. */
function typed(key: string, value: unknown): unknown {
  if (typeof value !== 'string' || !NOT_TEXT.test(`${key}=${value}`)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const NOT_TEXT = /^(?:(?:allowRemovals|logRetentionDays|scanConcurrency)=|[A-Za-z]+=[[{])/;

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The context of a CDK app belongs to others too: only a name that looks like one of ours is refused. */
function misspelt(keys: readonly string[]): string[] {
  return keys
    .filter((key) => /^[A-Za-z]+$/.test(key) && !SETTINGS.includes(key))
    .map((key) => ({ key, hint: suggestion(key, SETTINGS) }))
    .filter(({ hint }) => hint !== '')
    .map(({ key, hint }) => `-c ${key}: found the unknown key ${JSON.stringify(key)}${hint}`);
}

/** Ids that only mean something together. */
const TOGETHER: readonly (readonly (keyof SettingsInput)[])[] = [
  ['slackWorkspaceId', 'slackChannelId'],
  ['teamsTenantId', 'teamsTeamId', 'teamsChannelId'],
];

function conflicts(
  settings: Readonly<Record<string, unknown>>,
  nameOf: (path: Path) => string,
): string[] {
  return TOGETHER.flatMap((keys) => {
    const given = keys.filter((key) => settings[key] !== undefined);
    const missing = keys.filter((key) => settings[key] === undefined);
    if (given.length === 0 || missing.length === 0) return [];
    return [
      `${nameOf(given.slice(0, 1))}: found it without ${missing.join(' and ')}, expected all of them`,
    ];
  });
}

function completed(settings: SettingsInput): DeploymentSettings {
  const {
    stackName = 'Tagwarden',
    watchlist = 'watchlist.yaml',
    schedule = '1m',
    ...rest
  } = settings;
  const { alertEmail, alarmEmail, subscriptions = [], ...others } = rest;
  const toAll = [alertEmail ?? []].flat().map((endpoint) => ({ endpoint }));
  return {
    ...others,
    stackName,
    ...(watchlist === EXTERNAL ? {} : { watchlist }),
    tickMinutes: SCHEDULES[schedule],
    subscriptions: [...toAll, ...subscriptions].flatMap(subscriptionOf),
    alarmEmails: [alarmEmail ?? []].flat(),
  };
}
