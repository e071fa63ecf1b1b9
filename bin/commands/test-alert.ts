import { type Command, Option } from 'commander';
import { SEVERITIES, type Severity } from '../../lambda/domain/severity.ts';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { collect } from '../select-flags.ts';

export interface TestAlertFlags {
  readonly severity: Severity;
  readonly label?: readonly string[];
}

export function testAlertCommand(program: Command, cli: Cli): void {
  const command = program
    .command('test-alert')
    .description('send an alert that says it is a test, and see who gets it')
    .addOption(
      new Option('--severity <severity>', 'of the alert').choices(SEVERITIES).default('info'),
    )
    .option('--label <key=value>', 'that the alert shall have; repeatable', collect);
  examples(command, 'tagwarden test-alert --severity high --label team=payments --stack Tagwarden');
  command.action(
    cli.act(async (flags: TestAlertFlags) => {
      const { testAlert } = await import('../actions/test-alert.ts');
      return testAlert(cli, flags);
    }),
  );
}
