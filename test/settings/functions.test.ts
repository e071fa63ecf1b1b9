import { describe, expect, it } from '@jest/globals';
import { readFunctionSettings, SettingsError } from '../../lambda/settings/functions.ts';

const ENV = {
  TAGWARDEN_STACK: 'Tagwarden',
  TAGWARDEN_TABLE: 'Tagwarden-EventsTable1-X',
  TAGWARDEN_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/jobs.fifo',
  TAGWARDEN_TOPIC_ARN: 'arn:aws:sns:eu-central-1:123456789012:alerts',
  TAGWARDEN_CREDENTIALS_SECRET_ARN:
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:registries-AbCdEf',
};

function problemsOf(read: () => unknown): string {
  try {
    read();
  } catch (thrown) {
    if (thrown instanceof SettingsError) return thrown.message;
  }
  throw new Error('expected a SettingsError');
}

describe('the settings of a function', () => {
  it('are what it needs and nothing else', () => {
    expect(readFunctionSettings('dispatch', ENV)).toEqual({
      stack: 'Tagwarden',
      table: 'Tagwarden-EventsTable1-X',
      logLevel: 'info',
      queueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/jobs.fifo',
    });
    expect(readFunctionSettings('history', ENV)).not.toHaveProperty('topicArn');
  });

  it('may be without a secret and without a chat topic', () => {
    const env = { ...ENV, TAGWARDEN_CREDENTIALS_SECRET_ARN: '' };
    expect(readFunctionSettings('scan', env)).not.toHaveProperty('credentialsSecretArn');
    expect(readFunctionSettings('deliver', ENV)).not.toHaveProperty('chatTopicArn');
  });

  it('take the emulator of a test for AWS', () => {
    const env = { ...ENV, TAGWARDEN_QUEUE_URL: 'http://127.0.0.1:4566/000000000000/jobs.fifo' };
    expect(readFunctionSettings('dispatch', env).queueUrl).toBe(env.TAGWARDEN_QUEUE_URL);
  });

  it('are refused with every problem at once', () => {
    const env = {
      TAGWARDEN_TABLE: 'no table',
      TAGWARDEN_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/jobs',
      TAGWARDEN_LOG_LEVEL: 'loud',
    };
    expect(problemsOf(() => readFunctionSettings('dispatch', env))).toBe(
      'invalid environment: ' +
        'TAGWARDEN_STACK: found nothing, expected the name of the stack; ' +
        'TAGWARDEN_TABLE: found "no table", expected the name of a table; ' +
        'TAGWARDEN_LOG_LEVEL: found "loud", expected debug, info, warn or error; ' +
        'TAGWARDEN_QUEUE_URL: found "https://sqs.eu-central-1.amazonaws.com/123456789012/jobs", ' +
        'expected the URL of a FIFO queue',
    );
  });

  it('say nothing about variables of other functions', () => {
    const env = { ...ENV, TAGWARDEN_TOPIC_ARN: 'nonsense' };
    expect(readFunctionSettings('scan', env).table).toBe(ENV.TAGWARDEN_TABLE);
    expect(problemsOf(() => readFunctionSettings('deliver', env))).toContain('TAGWARDEN_TOPIC_ARN');
  });
});
