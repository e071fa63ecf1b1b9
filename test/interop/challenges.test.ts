import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseChallenges } from '../../lambda/adapters/registry/challenge.ts';
import { Oracle, type OracleChallenge } from './oracle.ts';
import { suite } from './parity.ts';
import { findPeers } from './peers.ts';

interface Parameter {
  readonly name: string;
  readonly value: string;
  /** How the value is written. */
  readonly as: 'quoted' | 'token' | 'bare';
  /** Space around the `=`. */
  readonly spaced: boolean;
}

interface Challenge {
  readonly scheme: string;
  readonly parameters: readonly Parameter[];
}

/** A `WWW-Authenticate` field: what it means is known, since we write it. */
type Field = readonly Challenge[];

const token = fc.stringMatching(/^[A-Za-z][\w!#$%&'*+.^`|~-]{0,6}$/);
const names = fc.oneof(fc.constantFrom('realm', 'Service', 'SCOPE', 'error'), token);
const bare = fc.constantFrom('https://a/token', 'a/b', 'repository:a:pull', 'a?b', '@');
const quoted = fc.oneof(
  fc.string({ unit: 'binary-ascii' }).filter((text) => !/[\r\n\0]/.test(text)),
  fc.constantFrom('https://auth.example/token?a=b,c', '*', '', 'a "b" \\c', 'Basic realm=x'),
);

const parameter: fc.Arbitrary<Parameter> = fc
  .tuple(
    names,
    fc.oneof(
      { weight: 6, arbitrary: quoted.map((value) => ({ value, as: 'quoted' as const })) },
      { weight: 3, arbitrary: token.map((value) => ({ value, as: 'token' as const })) },
      { weight: 1, arbitrary: bare.map((value) => ({ value, as: 'bare' as const })) },
    ),
    fc.nat(9),
  )
  .map(([name, written, dice]) => ({ name, ...written, spaced: dice === 0 }));

const challenge: fc.Arbitrary<Challenge> = fc.record({
  scheme: fc.constantFrom('Bearer', 'BEARER', 'basic', 'Basic', 'Digest', 'Negotiate', 'X-Other'),
  parameters: fc.array(parameter, { maxLength: 4 }),
});
const field: fc.Arbitrary<Field> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(challenge) },
  { weight: 1, arbitrary: fc.array(challenge, { minLength: 2, maxLength: 3 }) },
);

/** Features that others read in another way than RFC 9110 means them; each has to be met, and to differ. */
const FEATURES: Readonly<Record<string, (of: Field) => boolean>> = {
  'several challenges in one field (Forgejo): they read the first one only': (of) => of.length > 1,
  'space around the equals sign: they stop there': (of) => parametersOf(of).some((p) => p.spaced),
  'a URL without quotes: they stop at its first character that is no token': (of) =>
    parametersOf(of).some((p) => p.as === 'bare'),
  'a parameter twice: the last one counts for them, the first one for us': (of) =>
    of.some(({ parameters }) => new Set(parameters.map(nameOf)).size < parameters.length),
  'a scheme that is none of Basic, Bearer, Digest: containerd knows no other': (of) =>
    of.some(({ scheme }) => !/^(?:basic|bearer|digest)$/i.test(scheme)),
  'an empty value: they take it for none': (of) => parametersOf(of).some((p) => p.value === ''),
};

function parametersOf(of: Field): readonly Parameter[] {
  return of.flatMap(({ parameters }) => parameters);
}

function nameOf({ name }: Parameter): string {
  return name.toLowerCase();
}

function write(of: Field): string {
  return of
    .map(({ scheme, parameters }) =>
      [scheme, parameters.map(writeParameter).join(',')].join(' ').trim(),
    )
    .join(', ');
}

function writeParameter({ name, value, as, spaced }: Parameter): string {
  const text = as === 'quoted' ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
  return `${name}${spaced ? ' = ' : '='}${text}`;
}

function meant(of: Field): OracleChallenge[] {
  return of.map(({ scheme, parameters }) => ({
    scheme: scheme.toLowerCase(),
    parameters: Object.fromEntries(
      parameters.toReversed().map((each) => [nameOf(each), each.value]),
    ),
  }));
}

suite('challenges', () => {
  it('are read as containerd and distribution read them, but for what is listed', () => {
    const oracle = new Oracle(findPeers()?.oracle ?? '');
    const fields = fc.sample(field, { numRuns: 10_000, seed: 20_260_319 });
    const written = fields.map(write);
    const theirs = oracle.challenges(written.map((text) => [text]));
    const differing = new Set<string>();
    const wrong = fields.flatMap((of, index) => {
      const text = written[index] ?? '';
      const found = parseChallenges(text).map(({ scheme, parameters }) => ({
        scheme,
        parameters: Object.fromEntries(parameters),
      }));
      const truth = JSON.stringify(meant(of).map(sorted));
      const features = Object.keys(FEATURES).filter((name) => FEATURES[name]?.(of));
      const { containerd = [], distribution = [] } = theirs[index] ?? {};
      const others = [containerd, distribution].map((each) => JSON.stringify(each.map(sorted)));
      const [differ] = [others.some((other) => other !== truth)];
      if (differ && features.length === 1) differing.add(features[0] ?? '');
      const isRight = JSON.stringify(found.map(sorted)) === truth;
      const isExplained = !differ || features.length > 0;
      return isRight && isExplained ? [] : [{ text, found, others, truth }];
    });
    expect(wrong.slice(0, 5)).toEqual([]);
    expect([...differing].sort()).toEqual(Object.keys(FEATURES).sort());
  });

  it('of garbage: what is a challenge for others is one for us, but for parameters of no scheme', () => {
    const oracle = new Oracle(findPeers()?.oracle ?? '');
    const pieces = ['Bearer', ' ', ',', '=', '"', '\\', 'realm', ';', '\t', '=='];
    const garbage = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((some) => some.join('')),
    );
    const texts = fc
      .sample(garbage, { numRuns: 20_000, seed: 20_260_319 })
      .filter((text) => !/[\r\n\0]/.test(text));
    const theirs = oracle.challenges(texts.map((text) => [text]));
    const blind = texts.filter((text, index) => {
      const { containerd = [], distribution = [] } = theirs[index] ?? {};
      const schemes = parseChallenges(text).map(({ scheme }) => scheme);
      return [...containerd, ...distribution].some(({ scheme }) => !schemes.includes(scheme));
    });
    // `realm=x`: they take the name for a scheme.
    const isNoScheme = (text: string) => /^[\t ,]*[\w!#$%&'*+.^`|~-]+[\t ]*=/.test(text);
    expect(blind.filter((text) => !isNoScheme(text)).slice(0, 10)).toEqual([]);
    expect(blind.some(isNoScheme)).toBe(true);
  });
});

function sorted({ scheme, parameters }: OracleChallenge): OracleChallenge {
  const entries = Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    scheme,
    parameters: Object.fromEntries(entries.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))),
  };
}
