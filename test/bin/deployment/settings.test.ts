import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../bin/deployment/settings.ts';

function problemsOf(tagwarden: unknown, overrides: Record<string, unknown> = {}): string {
  const result = readSettings({ tagwarden, ...overrides });
  return result.ok ? '' : result.problems.join('\n');
}

function settingsOf(tagwarden: unknown, overrides: Record<string, unknown> = {}) {
  const result = readSettings({ tagwarden, ...overrides });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.settings;
}

describe('when cdk.json says nothing', () => {
  it('takes the defaults', () => {
    expect(settingsOf(undefined)).toEqual({
      stackName: 'Tagwarden',
      watchlist: 'watchlist.yaml',
      tickMinutes: 1,
      subscriptions: [],
      alarmEmails: [],
    });
  });
});

describe('when cdk.json has settings', () => {
  it('takes one address or several', () => {
    const settings = settingsOf({
      alertEmail: 'me@example.com',
      alarmEmail: ['a@example.com', 'b@example.com'],
    });
    expect(settings).toMatchObject({
      subscriptions: [{ protocol: 'email', endpoint: 'me@example.com' }],
      alarmEmails: ['a@example.com', 'b@example.com'],
    });
  });

  it('turns what a subscriber wants into what SNS filters by', () => {
    const endpoint = 'arn:aws:sqs:us-east-1:123456789012:alerts';
    const wanted = {
      minSeverity: 'high',
      kinds: ['tag.moved'],
      registries: ['index.docker.io'],
      labels: ['team=a', 'team=b'],
    };
    expect(settingsOf({ subscriptions: [{ endpoint, ...wanted }] }).subscriptions).toEqual([
      {
        protocol: 'sqs',
        endpoint,
        filterPolicy: {
          severity: ['high', 'critical'],
          kind: ['tag.moved'],
          registry: ['docker.io'],
          labels: ['team=a', 'team=b'],
        },
      },
    ]);
  });

  it('refuses a filter that SNS cannot express', () => {
    const labels = Array.from({ length: 151 }, (_, n) => `team=${n}`);
    const found = problemsOf({ subscriptions: [{ endpoint: 'a@example.com', labels }] });
    expect(found).toMatch(/^cdk\.json context\.tagwarden\.subscriptions\[0\]: .*151 combinations/);
  });

  it('has no watch list of its own when that is external', () => {
    expect(settingsOf({ watchlist: 'external' })).not.toHaveProperty('watchlist');
    expect(settingsOf({ watchlist: './external' })).toHaveProperty('watchlist', './external');
  });

  it('tells every problem at once, with the place of each', () => {
    const found = problemsOf(
      { alertEmial: 'x', schedule: '2m', slackChannelId: 'C1', kmsKey: 'mine' },
      { logRetentionDays: '31' },
    );
    expect(found.split('\n').map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
      'cdk.json context.tagwarden.schedule',
      '-c logRetentionDays',
      'cdk.json context.tagwarden.kmsKey',
      'cdk.json context.tagwarden.alertEmial',
      'cdk.json context.tagwarden.slackChannelId',
    ]);
    expect(found).toContain('found the unknown key "alertEmial"');
    expect(found).toContain('did you mean "alertEmail"?');
    expect(found).toContain('found it without slackWorkspaceId, expected all of them');
  });

  it.each([
    [[], 'found a list'],
    ['watchlist.yaml', 'found "watchlist.yaml", expected a mapping'],
  ])('refuses %j in their place', (value, message) => {
    expect(problemsOf(value)).toContain(message);
  });

  it.each([
    ['alertEmail', 'nobody'],
    ['alertEmail', []],
    ['subscriptions', [{ endpoint: 'https://hooks.slack.com/services/T0/B0/secret' }]],
    ['subscriptions', [{ endpoint: 'a@example.com', minSeverity: 'terrible' }]],
    ['table', 'arn:aws:dynamodb:us-east-1:123456789012:table/T'],
    ['vpc', 'vpc-1'],
    ['registryCredentials', 'my-secret'],
    ['ecrRepositories', ['*']],
    ['scanConcurrency', 1],
    ['stackName', 'has space'],
    ['teamsTeamId', '00000000-0000-0000-0000-000000000000'],
  ])('refuses %s %j', (key, value) => {
    expect(problemsOf({ [key]: value })).toContain(`cdk.json context.tagwarden.${key}`);
  });
});

describe('when -c gives a setting', () => {
  it('goes before cdk.json', () => {
    const settings = settingsOf(
      { watchlist: 'a.yaml', alertEmail: 'a@example.com' },
      {
        watchlist: 'b.yaml',
      },
    );
    expect(settings.watchlist).toBe('b.yaml');
    expect(settings.subscriptions).toMatchObject([{ endpoint: 'a@example.com' }]);
  });

  it('is read as what the setting wants', () => {
    const overrides = {
      allowRemovals: 'true',
      scanConcurrency: '7',
      alertEmail: '["a@example.com"]',
      table: '2026',
    };
    expect(settingsOf({}, overrides)).toMatchObject({
      allowRemovals: true,
      scanConcurrency: 7,
      subscriptions: [{ endpoint: 'a@example.com' }],
      table: '2026',
    });
  });

  it('is refused where it is not what the setting wants', () => {
    expect(problemsOf({}, { allowRemovals: 'yes' })).toBe(
      '-c allowRemovals: found "yes", expected true or false',
    );
  });

  it('is refused when it is nearly the name of one', () => {
    expect(problemsOf({}, { alowRemovals: 'true' })).toBe(
      '-c alowRemovals: found the unknown key "alowRemovals"; did you mean "allowRemovals"?',
    );
  });

  it('is left alone when it is of somebody else', () => {
    const others = { team: 'payments', 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:x': true };
    expect(problemsOf({}, others)).toBe('');
  });
});
