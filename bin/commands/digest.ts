import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addRegistryFlags, type RegistryFlags } from '../registry-flags.ts';

export function digestCommand(program: Command, cli: Cli): void {
  const command = program
    .command('digest')
    .description('print the digest that a reference points at now')
    .argument('<reference>', 'image: [registry/]repository[:tag][@digest]');
  addRegistryFlags(command);
  examples(command, 'tagwarden digest alpine:edge');
  command.action(
    cli.act(async (text: string, flags: RegistryFlags) => {
      const { printDigest } = await import('../actions/digest.ts');
      return printDigest(cli, text, flags);
    }),
  );
}
