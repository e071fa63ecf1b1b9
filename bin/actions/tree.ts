import {
  type Attached,
  type AttachedThing,
  attachedTo,
} from '../../lambda/adapters/sigstore/index.ts';
import type { Digest } from '../../lambda/domain/digest.ts';
import { formatReference, type Reference } from '../../lambda/domain/reference.ts';
import type { Cli } from '../cli.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { withRegistry } from '../reach.ts';
import { readReference } from '../references.ts';
import type { RegistryFlags } from '../registry-flags.ts';
import { currentManifest } from './digest.ts';

export async function printTree(cli: Cli, text: string, flags: RegistryFlags): Promise<ExitCode> {
  const reference = readReference(text);
  return withRegistry(cli, { reference, flags }, async ({ registry }) => {
    const digest =
      reference.digest ?? (await currentManifest(registry, reference, cli.signal)).digest;
    const attached = await attachedTo(registry, reference, digest, cli.signal);
    cli.signal.throwIfAborted();
    cli.output.result(treeData(reference, digest, attached), () => treeLines(reference, attached));
    for (const problem of attached.problems) cli.output.warn(`not complete: ${printable(problem)}`);
    return attached.problems.length > 0 ? EXIT.tryAgain : EXIT.done;
  });
}

function treeData(reference: Reference, digest: Digest, { things, problems }: Attached): unknown {
  return {
    reference: formatReference(reference),
    digest,
    complete: problems.length === 0,
    problems,
    things,
  };
}

function treeLines(reference: Reference, { things }: Attached): string[] {
  const name = formatReference(reference);
  if (things.length === 0) return [name, '└── nothing is attached'];
  return [name, ...things.flatMap((thing, at) => thingLines(thing, at === things.length - 1))];
}

function thingLines(thing: AttachedThing, last: boolean): string[] {
  const [branch, trunk] = last ? ['└── ', '    '] : ['├── ', '│   '];
  const { kinds, predicateTypes, artifactType, via, layers, size, created, tag, manifest } = thing;
  const types = predicateTypes.length > 0 ? predicateTypes.join(', ') : artifactType;
  const when = created === undefined ? '' : `, created ${created}`;
  return [
    `${branch}${kinds.join(', ')}: ${tag ?? manifest}`,
    `${trunk}    ${printable(`${types}, ${WAYS[via]}, ${size} bytes${when}`)}`,
    ...layers.map(
      ({ digest, size, mediaType }) =>
        `${trunk}    ${digest}  ${size} bytes  ${printable(mediaType)}`,
    ),
  ];
}

const WAYS: Readonly<Record<AttachedThing['via'], string>> = {
  api: 'referrers API',
  tag: 'fallback tag',
  sig: "cosign's tag",
  att: "cosign's tag",
  sbom: "cosign's tag",
};
