import { ECR_PUBLIC, parseEcrHost } from '../../lambda/adapters/ecr/host.ts';
import type { Watch } from '../../lambda/domain/watch.ts';

/** A policy of IAM has room for so many of one registry. */
const MOST_NAMED = 25;

/**
 * ARNs of the repositories in ECR that are watched, for the role of the scanner. Of a registry with
 * very many, all.
 */
export function ecrRepositoriesOf(watches: readonly Watch[]): string[] {
  const arns = Map.groupBy(watches, ({ registry }) => registry);
  return [...arns].flatMap(([registry, same]) => {
    const ecr = parseEcrHost(registry);
    if (ecr === undefined) return [];
    const prefix = `arn:${partitionOf(ecr.region)}:ecr:${ecr.region}:${ecr.account}:repository`;
    const names = [...new Set(same.map(({ repository }) => repository))].sort();
    return names.length > MOST_NAMED ? [`${prefix}/*`] : names.map((name) => `${prefix}/${name}`);
  });
}

export function asksEcrPublic(watches: readonly Watch[]): boolean {
  return watches.some(({ registry }) => registry === ECR_PUBLIC);
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return 'aws';
}
