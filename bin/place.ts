import type { Settings } from '../lambda/settings.ts';
import { UsageError } from './cli-error.ts';

/** How the user is known to AWS; what is absent comes from the environment and AWS's own files. */
export interface AwsFlags {
  readonly profile?: string;
  readonly region?: string;
}

/** The flags that say which store a command is about. */
export interface PlaceFlags extends AwsFlags {
  readonly dataDir?: string;
  readonly stack?: string;
  readonly table?: string;
  readonly endpoint?: string;
}

/** Which store a command is about. */
export type Place =
  | {
      readonly kind: 'embedded';
      readonly folder: string;
      /** False for the default. */
      readonly chosen: boolean;
    }
  | { readonly kind: 'stack'; readonly name: string; readonly access: AwsFlags }
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly endpoint?: string;
      readonly access: AwsFlags;
    };

const DEFAULT_FOLDER = '.tagwarden';

/** What a flag says goes before the environment; two places at once are a mistake. @throws {UsageError} */
export function placeOf(flags: PlaceFlags, settings: Pick<Settings, 'dataDir' | 'stack'>): Place {
  const flagged = placesIn({
    '--stack': flags.stack,
    '--table': flags.table,
    '--data-dir': flags.dataDir,
  });
  const found =
    flagged.length > 0
      ? flagged
      : placesIn({ TAGWARDEN_STACK: settings.stack, TAGWARDEN_DATA_DIR: settings.dataDir });
  const [first, second] = found;
  if (first !== undefined && second !== undefined) {
    throw new UsageError(`found ${first[0]} and ${second[0]}: expected one store`);
  }
  return place(first, flags);
}

type Named = readonly [name: string, value: string];

function placesIn(values: Readonly<Record<string, string | undefined>>): Named[] {
  return Object.entries(values).flatMap(([name, value]): Named[] =>
    value === undefined ? [] : [[name, value]],
  );
}

function place(named: Named | undefined, flags: PlaceFlags): Place {
  const [source, value] = named ?? ['', DEFAULT_FOLDER];
  const { endpoint } = flags;
  const access = accessOf(flags);
  if (endpoint !== undefined && source !== '--table') {
    throw new UsageError('found --endpoint: expected it with --table');
  }
  switch (source) {
    case '--stack':
    case 'TAGWARDEN_STACK':
      return { kind: 'stack', name: stackName(value), access };
    case '--table':
      return { kind: 'table', name: value, ...endpointOf(endpoint), access };
    default:
      refuseAccess(access);
      return { kind: 'embedded', folder: value, chosen: named !== undefined };
  }
}

export function accessOf({ profile, region }: AwsFlags): AwsFlags {
  return { ...(profile && { profile }), ...(region && { region }) };
}

/** Rather an error than the history of the wrong place. */
function refuseAccess(access: AwsFlags): void {
  const [flag] = Object.keys(access);
  if (flag === undefined) return;
  throw new UsageError(`found --${flag}: expected it with --stack or --table`);
}

function stackName(name: string): string {
  if (/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name) || name.startsWith('arn:')) return name;
  throw new UsageError(
    `found the stack ${JSON.stringify(name)}: expected a letter, then letters, digits and "-"`,
  );
}

function endpointOf(text: string | undefined): { readonly endpoint?: string } {
  if (text === undefined) return {};
  const protocol = URL.parse(text)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return { endpoint: text };
  throw new UsageError(`found --endpoint ${JSON.stringify(text)}: expected an http or https URL`);
}
