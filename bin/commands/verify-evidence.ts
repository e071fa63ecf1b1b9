import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { examples } from '../examples.ts';

export function verifyEvidenceCommand(program: Command, cli: Cli): void {
  const command = program
    .command('verify-evidence')
    .description('reach a verdict again, offline, from the folder that --evidence wrote')
    .argument('<folder>', 'what verify --evidence or verify-attestation --evidence wrote')
    .requiredOption('--root <digest>', 'the hash that was printed when it was written');
  examples(
    command,
    'tagwarden verify --key cosign.pub --evidence ./evidence ghcr.io/acme/app:1.4',
    'tagwarden verify-evidence ./evidence --root sha256:…',
  );
  command.action(
    cli.act(async (folder: string, flags: { readonly root: string }) => {
      const { verifyEvidence } = await import('../actions/verify-evidence.ts');
      return verifyEvidence(cli, folder, flags);
    }),
  );
}
