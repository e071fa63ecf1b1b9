import { REPOSITORY, TAG } from './story.ts';

export interface Place {
  readonly host: string;
  readonly sigstore: string;
  readonly watchlist: string;
  /** What commands in another terminal need to find this store: nothing, or where it is. */
  readonly dataDir: readonly string[];
  readonly minutesBehind: number;
  readonly factor: number;
}

export function welcome(place: Place): string[] {
  const { host, sigstore, watchlist, minutesBehind, factor } = place;
  return [
    'This is the PLAYGROUND: an OCI registry and a private Sigstore on this machine, and a script that',
    'pushes, signs and moves one tag. Tagwarden sees them over HTTP, like any other, and nothing else',
    `is made up. Its clock began ${minutesBehind} minutes ago and runs ${factor} times faster until it has caught up.`,
    '',
    `  registry ${host}, Sigstore ${sigstore}`,
    `  watch list ${watchlist}`,
    '',
    'Within a minute: a baseline, a verified move, an unsigned move that is signed late, a move that',
    'a stranger signed, and a rollback. In a second terminal, now or later:',
    '',
    command(place, 'history', tagOf(place)),
    '',
    'To watch tags of your own: write a watchlist.yaml, then  npm start -- -f watchlist.yaml',
    'Ctrl-C stops.',
    '',
  ];
}

export function epilogue(place: Place): string[] {
  const tag = tagOf(place);
  return [
    '',
    'That was the story. The tag is still watched, now by the clock on your wall, until Ctrl-C. Ask:',
    '',
    command(place, 'history', tag),
    command(place, 'show', `${tag}#2`),
    command(place, 'status'),
    `  npx tagwarden tree ${tag}`,
    `  npx tagwarden verify --policy release -f ${place.watchlist} ${tag}`,
    '',
    'Tags of your own:  npm start -- -f watchlist.yaml',
  ];
}

function tagOf({ host }: Place): string {
  return `${host}/${REPOSITORY}:${TAG}`;
}

function command({ dataDir }: Place, ...words: readonly string[]): string {
  return `  ${['npx tagwarden', ...words, ...dataDir].join(' ')}`;
}
