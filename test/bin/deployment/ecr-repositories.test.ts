import { describe, expect, it } from '@jest/globals';
import { asksEcrPublic, ecrRepositoriesOf } from '../../../bin/deployment/ecr-repositories.ts';
import { parseWatchlist } from '../../../lambda/domain/watchlist/index.ts';

function watchesOf(...images: string[]) {
  const text = JSON.stringify({ version: 1, defaults: { policy: 'none' }, watch: images });
  const result = parseWatchlist(text, { file: 'w.yaml', readFile: () => undefined });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.watchlist.watches;
}

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const ARN = 'arn:aws:ecr:eu-west-1:123456789012:repository';

describe('the repositories in ECR that are watched', () => {
  it('are named once each, and no others', () => {
    const watches = watchesOf('alpine', `${ECR}/shop/api:1`, `${ECR}/shop/api:2`, `${ECR}/base:1`);
    expect(ecrRepositoriesOf(watches)).toEqual([`${ARN}/base`, `${ARN}/shop/api`]);
  });

  it('are in the partition of their region', () => {
    const watches = watchesOf(
      '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a:1',
      '123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/a:1',
    );
    expect(ecrRepositoriesOf(watches)).toEqual([
      'arn:aws-cn:ecr:cn-north-1:123456789012:repository/a',
      'arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/a',
    ]);
  });

  it('are all of a registry when there are more than a policy can name', () => {
    const many = Array.from({ length: 26 }, (_, n) => `${ECR}/a${n}:1`);
    expect(ecrRepositoriesOf(watchesOf(...many.slice(1)))).toHaveLength(25);
    expect(ecrRepositoriesOf(watchesOf(...many))).toEqual([`${ARN}/*`]);
  });

  it('are none of a host that only looks like ECR', () => {
    const looksLike = `${ECR}.evil.example/shop/api:1`;
    expect(ecrRepositoriesOf(watchesOf(looksLike))).toEqual([]);
  });
});

it('the public registry of ECR is asked for where it is watched', () => {
  expect(asksEcrPublic(watchesOf('public.ecr.aws/docker/library/alpine:3'))).toBe(true);
  expect(asksEcrPublic(watchesOf('alpine'))).toBe(false);
});
