import { AwsFault, type AwsService, escaped, xml } from './wire.ts';

export interface DoubleStack {
  readonly status?: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** DescribeStacks, over stacks by name. */
export function cloudFormation(stacks: Readonly<Record<string, DoubleStack>>): AwsService {
  return ({ form }) => {
    if (form.get('Action') !== 'DescribeStacks') return undefined;
    const name = form.get('StackName') ?? '';
    const stack = stacks[name];
    if (stack === undefined) {
      throw new AwsFault('ValidationError', `Stack with id ${name} does not exist`);
    }
    const outputs = Object.entries(stack.outputs).map(
      ([key, value]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue></member>`,
    );
    return xml(
      'DescribeStacks',
      `<Stacks><member><StackName>${name}</StackName><CreationTime>2026-03-19T00:00:00Z</CreationTime><StackStatus>${stack.status ?? 'CREATE_COMPLETE'}</StackStatus><Outputs>${outputs.join('')}</Outputs></member></Stacks>`,
    );
  };
}
