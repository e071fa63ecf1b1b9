import { parse } from 'yaml';
import type { Cosign } from './cosign.ts';

/** A flag as cosign declares it. */
export interface CosignFlag {
  readonly long: string;
  readonly short?: string;
  readonly boolean: boolean;
}

/** Not in any list: cosign turns them into the longer name (`normalizeCertificateFlags`). */
export const SHORTER_NAMES = ['cert', 'cert-chain', 'cert-identity', 'cert-oidc-issuer'] as const;

interface Spec {
  readonly name: string | readonly string[];
  readonly subcommands?: readonly Spec[];
  readonly options?: readonly { readonly name: readonly string[]; readonly args?: unknown }[];
}

/** Every flag of a command of the real cosign, hidden and deprecated ones too. */
export async function allFlags(cosign: Cosign, command: string): Promise<CosignFlag[]> {
  const { stdout } = await cosign.run('generate-fig-spec', '--include-hidden');
  const root = specOf(stdout);
  const found = root.subcommands?.find(({ name }) => name.includes(command));
  const options = [...(found?.options ?? []), ...(root.options ?? [])];
  return options.map(({ name, args }) => {
    const short = name.find((each) => /^-\w$/.test(each))?.slice(1);
    const long = name.find((each) => each.startsWith('--'))?.slice(2) ?? '';
    return { long, boolean: args === undefined, ...(short !== undefined && { short }) };
  });
}

/** The flags that a person sees. */
export async function flagsInHelp(cosign: Cosign, command: string): Promise<string[]> {
  const { stdout, stderr } = await cosign.run(command, '--help');
  return [...(stdout + stderr).matchAll(/^ +(?:-\w, )?--([\w-]+)[= ]/gm)].map(
    ([, name = '']) => name,
  );
}

/** The specification is a TypeScript literal, which YAML reads but for one escape. */
function specOf(text: string): Spec {
  const literal = text.slice(text.indexOf('{'), text.lastIndexOf('}; export') + 1);
  return parse(literal.replaceAll("\\'", "'")) as Spec;
}
