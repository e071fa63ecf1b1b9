import { ECRClient } from '@aws-sdk/client-ecr';
import { ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEcrCredentials } from '../../../lambda/adapters/ecr/index.ts';
import { createQuietLogger } from '../../../lambda/adapters/runtime/logger.ts';
import { HOUR, MINUTE, millisecondsOf, plus, SECOND } from '../../../lambda/domain/time.ts';
import { AwsDouble, refusal } from '../../support/aws-json/index.ts';
import { ManualClock } from '../../support/world/clock.ts';

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const SECRET = 'hunter2:with:colons';

let aws: AwsDouble;
let clock: ManualClock;
let warnings: unknown[];

beforeAll(async () => {
  aws = await AwsDouble.start();
});
afterAll(() => aws.close());
beforeEach(() => {
  clock = new ManualClock('2026-03-19T03:00:00.000Z');
  warnings = [];
  aws.calls.length = 0;
  aws.answer = ({ target }) => {
    const authorizationToken = Buffer.from(`AWS:${SECRET}`).toString('base64');
    const expiresAt = millisecondsOf(plus(clock.now(), 12 * HOUR)) / SECOND;
    const data = { authorizationToken, expiresAt };
    return { body: { authorizationData: target.startsWith('SpencerFrontend') ? data : [data] } };
  };
});

function source() {
  return createEcrCredentials({
    clock,
    log: { ...createQuietLogger(), warn: (message) => void warnings.push(message) },
    clientOf: (region) => new ECRClient(aws.config(region)),
    publicClient: () => new ECRPUBLICClient(aws.config('us-east-1')),
  });
}

describe('when a registry is of ECR', () => {
  it('logs in with the role, in the region of the registry', async () => {
    const found = await source().find(HOST, 'acme/app');
    expect(found).toEqual({ kind: 'password', username: 'AWS', password: SECRET });
    expect(aws.calls).toMatchObject([{ region: 'eu-central-1' }]);
    expect(aws.calls[0]?.target).toContain('GetAuthorizationToken');
  });

  it('asks once for all who ask, whatever their account', async () => {
    const ecr = source();
    const other = HOST.replace('123456789012', '210987654321');
    await Promise.all([HOST, other, HOST, other].map((host) => ecr.find(host, 'acme/app')));
    await ecr.find(HOST, 'acme/other');
    expect(aws.calls).toHaveLength(1);
    await ecr.find(HOST.replace('eu-central-1', 'us-east-1'), 'acme/app');
    expect(aws.calls.map(({ region }) => region)).toEqual(['eu-central-1', 'us-east-1']);
  });

  it('asks again before the twelve hours are over', async () => {
    const ecr = source();
    await ecr.find(HOST, 'acme/app');
    await clock.advance(12 * HOUR - 16 * MINUTE);
    await ecr.find(HOST, 'acme/app');
    expect(aws.calls).toHaveLength(1);
    await clock.advance(MINUTE);
    await ecr.find(HOST, 'acme/app');
    expect(aws.calls).toHaveLength(2);
  });

  it('throws when there is no token to be had, and does not ask again at once', async () => {
    const ecr = source();
    aws.answer = () => refusal('AccessDeniedException', 'not authorized to perform: ecr:…');
    await expect(ecr.find(HOST, 'a')).rejects.toThrow(
      'no token of ECR in eu-central-1: not authorized to perform: ecr:…',
    );
    await expect(ecr.find(HOST, 'b')).rejects.toThrow('not authorized');
    expect(aws.calls).toHaveLength(1);
    await clock.advance(30 * SECOND);
    await expect(ecr.find(HOST, 'b')).rejects.toThrow('not authorized');
    expect(aws.calls).toHaveLength(2);
  });

  it('says nothing of an answer that it cannot read', async () => {
    const authorizationToken = Buffer.from(SECRET.replaceAll(':', '')).toString('base64');
    aws.answer = () => ({ body: { authorizationData: [{ authorizationToken, expiresAt: 1 }] } });
    const thrown = await Promise.resolve(source().find(HOST, 'a')).catch((error: Error) => error);
    expect(thrown).toMatchObject({ message: expect.stringContaining('the answer has no token') });
    expect(String(thrown)).not.toContain(authorizationToken);
    expect(String(thrown)).not.toContain('hunter2');
  });
});

describe('when a registry is ECR Public', () => {
  it('logs in in us-east-1', async () => {
    const found = await source().find('public.ecr.aws', 'nginx/nginx');
    expect(found).toMatchObject({ username: 'AWS', password: SECRET });
    expect(aws.calls).toMatchObject([{ region: 'us-east-1' }]);
  });

  it('reads it anonymously when the role may not log in, and says so', async () => {
    const ecr = source();
    aws.answer = () => refusal('AccessDeniedException', 'no');
    expect(await ecr.find('public.ecr.aws', 'a')).toBeUndefined();
    expect(await ecr.find('public.ecr.aws', 'b')).toBeUndefined();
    expect(aws.calls).toHaveLength(1);
    expect(warnings).toEqual(['ECR Public is read anonymously']);
  });

  it('does not go on without one for any other failure', async () => {
    aws.answer = () => ({ status: 500, body: { __type: 'ServerException', message: 'broken' } });
    await expect(source().find('public.ecr.aws', 'a')).rejects.toThrow('broken');
  });
});

describe('when a registry is of anybody else', () => {
  it('knows nothing and asks nobody', () => {
    expect(source().find('ghcr.io', 'acme/app')).toBeUndefined();
    expect(source().find(`${HOST}.evil.example`, 'acme/app')).toBeUndefined();
    expect(aws.calls).toEqual([]);
  });
});
