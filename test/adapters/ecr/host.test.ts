import { describe, expect, it } from '@jest/globals';
import { parseEcrHost } from '../../../lambda/adapters/ecr/index.ts';

const ACCOUNT = '123456789012';

describe('parseEcrHost', () => {
  it.each([
    [`${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`, 'eu-central-1'],
    [`${ACCOUNT}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`, 'us-gov-west-1'],
    [`${ACCOUNT}.dkr-ecr.us-west-2.on.aws`, 'us-west-2'],
    [`${ACCOUNT}.dkr-ecr-fips.us-east-1.on.aws`, 'us-east-1'],
    [`${ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn`, 'cn-north-1'],
    [`${ACCOUNT}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn`, 'cn-north-1'],
    [`${ACCOUNT}.dkr.ecr.eusc-de-east-1.amazonaws.eu`, 'eusc-de-east-1'],
    [`${ACCOUNT}.dkr.ecr.us-iso-east-1.c2s.ic.gov`, 'us-iso-east-1'],
    [`${ACCOUNT}.dkr.ecr.us-isob-east-1.sc2s.sgov.gov`, 'us-isob-east-1'],
  ])('knows %s', (host, region) => {
    expect(parseEcrHost(host)).toEqual({ account: ACCOUNT, region });
  });

  it.each([
    `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com.evil.example`,
    `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com:443`,
    `${ACCOUNT}.dkr.ecr.eu-central-1.evil.example`,
    `${ACCOUNT}.dkr.ecr.evil.example.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr..amazonaws.com`,
    `x${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`,
    '12345678901.dkr.ecr.eu-central-1.amazonaws.com',
    `evil.example/${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com\n`,
    'public.ecr.aws',
    'ghcr.io',
  ])('takes %j for none', (host) => {
    expect(parseEcrHost(host)).toBeUndefined();
  });
});
