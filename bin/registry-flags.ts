import { type Command, Option } from 'commander';
import type { RegistrySettings } from '../lambda/domain/watch.ts';
import { UsageError } from './cli-error.ts';
import { parseGoBoolean } from './verify-booleans.ts';

/** How to reach the registry of the one reference that a command is about. */
export interface RegistryFlags {
  readonly allowHttpRegistry?: boolean;
  readonly allowInsecureRegistry?: boolean;
  readonly registryUsername?: string;
  readonly registryPassword?: string;
}

/** A flag of Go's kind: alone it means true, a value follows only `=`. */
export function booleanOption(name: string, description: string): Option {
  const option = new Option(`--${name} [value]`, description).argParser((text) =>
    parseGoBoolean(`--${name}`, text),
  );
  // The parser would show a value of its own, which these do not take.
  option.flags = `--${name}[=false]`;
  return option;
}

export function addRegistryFlags(command: Command): Command {
  return command
    .addOption(booleanOption('allow-http-registry', 'speak plain HTTP (loopback does by itself)'))
    .addOption(
      booleanOption('allow-insecure-registry', 'accept any TLS certificate; for tests only'),
    )
    .option('--registry-username <name>', 'user at this registry, and at no other host')
    .option('--registry-password <password>', 'password of that user');
}

export interface RegistryAccess {
  /** Of all registries that are known of. */
  readonly settings: readonly RegistrySettings[];
  readonly allowHttp: readonly string[];
  readonly allowInsecureTls: readonly string[];
  readonly credential?: { readonly username: string; readonly password: string };
}

/** What a watch list says about registries, and what the flags say about this one. @throws {UsageError} */
export function readRegistryFlags(
  host: string,
  flags: RegistryFlags,
  listed: readonly RegistrySettings[],
): RegistryAccess {
  const { registryUsername: username, registryPassword: password } = flags;
  if ((username === undefined) !== (password === undefined)) {
    throw new UsageError('expected --registry-username and --registry-password together');
  }
  const known = listed.find((each) => each.host === host);
  return {
    settings: [
      // Whoever types the name of a registry means that one, wherever it is.
      { plainHttp: false, ...known, host, allowPrivate: true },
      ...listed.filter((each) => each !== known),
    ],
    allowHttp: flags.allowHttpRegistry === true ? [host] : [],
    allowInsecureTls: flags.allowInsecureRegistry === true ? [host] : [],
    ...(username !== undefined && password !== undefined && { credential: { username, password } }),
  };
}
