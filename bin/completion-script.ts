import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface Words {
  readonly command: string;
  readonly description: string;
  readonly flags: readonly string[];
}

/** Completes the names of commands and of their flags; files everywhere else. */
export function completionScript(shell: Shell, program: Command): string {
  const everywhere = flagsOf(program);
  const words = program.commands.map((command) => ({
    command: command.name(),
    description: command.description(),
    flags: [...flagsOf(command), ...everywhere],
  }));
  switch (shell) {
    case 'bash':
      return bashScript(words);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(words)}`;
    case 'fish':
      return fishScript(words);
  }
}

function flagsOf(command: Command): string[] {
  const shown = command.options.filter(({ hidden }) => !hidden);
  return [...shown.flatMap(({ long }) => long ?? []), '--help'];
}

function bashScript(words: readonly Words[]): string {
  const cases = words.map(({ command, flags }) => `    ${command}) words='${flags.join(' ')}' ;;`);
  return [
    '_tagwarden() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: for the shell
    '  local current=${COMP_WORDS[COMP_CWORD]} words',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: for the shell
    '  case ${COMP_WORDS[1]} in',
    ...cases,
    `    *) words='${words.map(({ command }) => command).join(' ')}' ;;`,
    '  esac',
    '  if [[ $COMP_CWORD -gt 1 && $current != -* ]]; then COMPREPLY=(); return; fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    '}',
    'complete -o default -F _tagwarden tagwarden',
  ].join('\n');
}

function fishScript(words: readonly Words[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return words
    .flatMap(({ command, description, flags }) => [
      `complete -c tagwarden -n __fish_use_subcommand -f -a ${command} -d ${quoted(description)}`,
      ...flags.map(
        (flag) =>
          `complete -c tagwarden -n '__fish_seen_subcommand_from ${command}' -l ${flag.slice(2)}`,
      ),
    ])
    .join('\n');
}
