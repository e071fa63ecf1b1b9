import { Command, type ErrorOptions, Option } from 'commander';
import { Cli } from './cli.ts';
import { UsageError } from './cli-error.ts';
import { ackCommand } from './commands/ack.ts';
import { applyCommand } from './commands/apply.ts';
import { checkCommand } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import { credentialsCommand } from './commands/credentials.ts';
import { diffCommand } from './commands/diff.ts';
import { digestCommand } from './commands/digest.ts';
import { estimateCommand } from './commands/estimate.ts';
import { eventsCommand } from './commands/events.ts';
import { healthCommand } from './commands/health.ts';
import { historyCommand } from './commands/history.ts';
import { loginCommand } from './commands/login.ts';
import { logoutCommand } from './commands/logout.ts';
import { runsCommand } from './commands/runs.ts';
import { scanCommand } from './commands/scan.ts';
import { showCommand } from './commands/show.ts';
import { statusCommand } from './commands/status.ts';
import { subscribeCommand } from './commands/subscribe.ts';
import { subscriptionsCommand } from './commands/subscriptions.ts';
import { testAlertCommand } from './commands/test-alert.ts';
import { treeCommand } from './commands/tree.ts';
import { unsubscribeCommand } from './commands/unsubscribe.ts';
import { upCommand } from './commands/up.ts';
import { validateCommand } from './commands/validate.ts';
import { verifyCommand } from './commands/verify.ts';
import { verifyAttestationCommand } from './commands/verify-attestation.ts';
import { verifyBundleCommand } from './commands/verify-bundle.ts';
import { verifyEvidenceCommand } from './commands/verify-evidence.ts';
import { whereCommand } from './commands/where.ts';
import type { Io } from './io.ts';
import { FORMATS } from './output.ts';
import { version } from './version.ts';

/** In the order in which a newcomer needs them. */
const COMMANDS = [
  digestCommand,
  verifyCommand,
  verifyAttestationCommand,
  verifyBundleCommand,
  verifyEvidenceCommand,
  treeCommand,
  validateCommand,
  checkCommand,
  estimateCommand,
  diffCommand,
  applyCommand,
  scanCommand,
  statusCommand,
  historyCommand,
  showCommand,
  eventsCommand,
  whereCommand,
  ackCommand,
  runsCommand,
  healthCommand,
  subscribeCommand,
  subscriptionsCommand,
  unsubscribeCommand,
  testAlertCommand,
  loginCommand,
  logoutCommand,
  credentialsCommand,
  upCommand,
  completionCommand,
];

/** Raises every mistake as {@link UsageError}, and remembers whose usage to show. */
class TagwardenCommand extends Command {
  override createCommand(name?: string): Command {
    return new TagwardenCommand(name);
  }

  override error(message: string, _options?: ErrorOptions): never {
    const line = message.replace(/^error: /, '').replaceAll('\n', ' ');
    // The flags of every command are the program's: its usage would not help.
    throw new UsageError(line, this.parent === null ? undefined : usageOf(this));
  }
}

/** The whole command line, ready to parse. */
export function createProgram(io: Io): { program: Command; cli: Cli } {
  const program = new TagwardenCommand('tagwarden');
  const cli = new Cli(io, program);
  program
    .description(
      'Tells you when an image tag starts pointing somewhere else, and whether the right people signed it.',
    )
    .usage('<command> [flags]')
    .version(version(), '--version', 'print the version')
    .addOption(
      new Option('-o, --output <format>', 'form of the result').choices(FORMATS).default('table'),
    )
    .option('--no-color', 'no colours (as the environment variable NO_COLOR)')
    .option('--data-dir <folder>', 'folder of the embedded store (default: .tagwarden)')
    .option('--stack <name>', 'a deployed stack instead (as the environment TAGWARDEN_STACK)')
    .option('--profile <name>', 'with --stack or --table: profile of the AWS credentials')
    .option('--region <name>', 'with --stack or --table: AWS region')
    .option('--table <name>', 'a DynamoDB table instead')
    .option('--endpoint <url>', 'with --table: where DynamoDB is, if not in the region')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => Math.min(io.columns, 100),
      getErrHelpWidth: () => Math.min(io.columns, 100),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride();
  program.hook('preAction', (_program, command) => {
    cli.usage = usageOf(command);
  });
  for (const define of COMMANDS) define(program, cli);
  return { program, cli };
}

export function usageOf(command: Command): string {
  return command.createHelp().commandUsage(command);
}
