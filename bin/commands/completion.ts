import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { completionScript, SHELLS, type Shell } from '../completion-script.ts';
import { examples } from '../examples.ts';
import { EXIT } from '../exit-codes.ts';

export function completionCommand(program: Command, cli: Cli): void {
  const command = program
    .command('completion')
    .description('print a script that completes commands and flags')
    .addArgument(new Argument('<shell>', 'the shell that shall complete').choices(SHELLS));
  examples(command, 'source <(tagwarden completion bash)', 'tagwarden completion fish | source');
  command.action(
    cli.act(async (shell: Shell) => {
      cli.output.line(completionScript(shell, program));
      return EXIT.done;
    }),
  );
}
