import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSecret } from '../../../lambda/adapters/secrets/index.ts';
import { AwsDouble, refusal } from '../../support/aws-json/index.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:registries-AbCdEf';
let aws: AwsDouble;
beforeAll(async () => {
  aws = await AwsDouble.start();
});
afterAll(() => aws.close());

const read = () => readSecret(new SecretsManagerClient(aws.config()), ARN);

describe('a secret', () => {
  it('is read by its ARN', async () => {
    aws.answer = ({ input }) => ({ body: { ARN: input.SecretId, SecretString: '{"auths":{}}' } });
    expect(await read()).toBe('{"auths":{}}');
    expect(aws.calls[0]).toMatchObject({
      target: 'secretsmanager.GetSecretValue',
      input: { SecretId: ARN },
    });
  });

  it('without a value is none', async () => {
    aws.answer = () =>
      refusal('ResourceNotFoundException', 'can’t find the specified secret value');
    expect(await read()).toBeUndefined();
  });

  it('that cannot be read is an error', async () => {
    aws.answer = () => refusal('AccessDeniedException', 'no');
    await expect(read()).rejects.toThrow(
      'the secret with the credentials of registries cannot be read: no',
    );
  });

  it('of bytes is an error that does not show them', async () => {
    aws.answer = () => ({ body: { SecretBinary: Buffer.from('hunter2').toString('base64') } });
    const thrown = await read().catch((error: unknown) => String(error));
    expect(thrown).toContain('found binary data, expected text');
    expect(thrown).not.toContain('aHVudGVyMg');
  });
});
