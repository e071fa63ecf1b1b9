import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';
import { addRegistryFlags, type RegistryFlags } from '../registry-flags.ts';

export function treeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('tree')
    .description('list what is attached to an image: signatures, attestations, SBOMs, referrers')
    .argument('<reference>', 'image: [registry/]repository[:tag][@digest]');
  addRegistryFlags(command);
  examples(command, 'tagwarden tree quay.io/songlaa/alpine:latest');
  command.action(
    cli.act(async (text: string, flags: RegistryFlags) => {
      const { printTree } = await import('../actions/tree.ts');
      return printTree(cli, text, flags);
    }),
  );
}
