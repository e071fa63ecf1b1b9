import { type Command, Option } from 'commander';
import { SEVERITIES, type Severity } from '../../lambda/domain/severity.ts';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { collect } from '../select-flags.ts';

export interface SubscribeFlags {
  readonly minSeverity?: Severity;
  readonly kind?: string;
  readonly registry?: string;
  readonly label?: readonly string[];
  readonly confirm?: string;
}

export function subscribeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('subscribe')
    .description('send the alerts of a stack to an endpoint, or change which ones it gets')
    .argument(
      '[endpoint]',
      'e-mail address, https URL, phone number, or ARN of a queue or function',
    )
    .addOption(
      new Option('--min-severity <severity>', 'only at least this severe').choices(SEVERITIES),
    )
    .option('--kind <kind,…>', 'only of these kinds')
    .option('--registry <host,…>', 'only of these registries')
    .option('--label <key=value>', 'only with this label; several mean any of them', collect)
    .option('--confirm <url>', 'confirm a subscription with the link that SNS sent');
  examples(
    command,
    'tagwarden subscribe oncall@example.com --min-severity high --stack Tagwarden',
    'tagwarden subscribe arn:aws:sqs:eu-central-1:123456789012:alerts --label team=payments',
  );
  command.action(
    cli.act(async (endpoint: string | undefined, flags: SubscribeFlags) => {
      const { subscribe } = await import('../actions/subscribe.ts');
      return subscribe(cli, endpoint, flags);
    }),
  );
}
