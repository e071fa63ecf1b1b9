import { describe, expect, it } from '@jest/globals';
import { isKmsUri, isOfAws, parseKmsReference } from '../../lambda/domain/kms-key.ts';

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const ARN = 'arn:aws:kms:eu-central-1:123456789012';

describe('a key of AWS KMS', () => {
  it.each([
    [`awskms:///${ID}`, { keyId: ID }],
    [`awskms:///mrk-${ID.replaceAll('-', '')}`, { keyId: `mrk-${ID.replaceAll('-', '')}` }],
    ['awskms:///alias/release/eu_1', { keyId: 'alias/release/eu_1' }],
    [`awskms:///${ARN}:key/${ID}`, { keyId: `${ARN}:key/${ID}`, region: 'eu-central-1' }],
    [`awskms:///${ARN}:alias/x`, { keyId: `${ARN}:alias/x`, region: 'eu-central-1' }],
    [
      'awskms:///arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/x',
      {
        keyId: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/x',
        region: 'us-gov-west-1',
      },
    ],
    ['awskms://localhost:4566/alias/x', { keyId: 'alias/x', endpoint: 'localhost:4566' }],
    [
      `awskms://kms.eu-west-1.amazonaws.com/${ARN}:alias/x`,
      {
        keyId: `${ARN}:alias/x`,
        region: 'eu-central-1',
        endpoint: 'kms.eu-west-1.amazonaws.com',
      },
    ],
  ])('is written as for cosign: %s', (uri, parts) => {
    expect(isKmsUri(uri)).toBe(true);
    expect(parseKmsReference(uri)).toEqual({ uri, ...parts });
  });

  it.each([
    'awskms://',
    'awskms:///',
    'awskms:/alias/x',
    'AWSKMS:///alias/x',
    'awskms:///alias/',
    'awskms:///alias/ä',
    'awskms:///alias/a b',
    'awskms:///alias/a?b',
    'awskms:///alias/x\n',
    `awskms:///alias/${'x'.repeat(251)}`,
    'awskms:///release',
    'awskms:///1234',
    `awskms:///${ID}/x`,
    `awskms:///arn:aws:kms:eu-central-1:1:key/${ID}`,
    `awskms:///arn:aws:s3:eu-central-1:123456789012:key/${ID}`,
    `awskms:///${ARN}:key/alias/x`,
    'awskms://user:word@127.0.0.1/alias/x',
    'awskms://evil.example#.amazonaws.com/alias/x',
    'awskms://a\\b/alias/x',
    'awskms://[::1]/alias/x',
  ])('is refused when it is not one: %j', (uri) => {
    expect(isKmsUri(uri)).toBe(true);
    expect(parseKmsReference(uri)).toEqual({
      problem: expect.stringMatching(/^found "awskms.*, expected awskms:\/\/\/KEY/i),
    });
  });

  it.each([
    ['', true],
    ['kms.eu-central-1.amazonaws.com', true],
    ['kms-fips.us-east-1.amazonaws.com:443', true],
    ['kms.eu-central-1.api.aws', true],
    ['kms.cn-north-1.amazonaws.com.cn', true],
    ['localhost:4566', true],
    ['127.0.0.1', true],
    ['evil.example', false],
    ['amazonaws.com.evil.example', false],
    ['evilamazonaws.com', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['10.0.0.1', false],
    ['kms.eu-central-1.amazonaws.com:8443', false],
  ])('at %j is of AWS, or on this machine: %s', (endpoint, expected) => {
    const reference = { uri: '', keyId: 'alias/x', ...(endpoint !== '' && { endpoint }) };
    expect(isOfAws(reference)).toBe(expected);
  });
});
