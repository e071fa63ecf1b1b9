import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { attested, BUNDLE, type Image, image, LEGACY } from './images.ts';
import { type SigningKey, SigningKms } from './kms.ts';
import { suite, useLab } from './parity.ts';

const EC = (namedCurve: string, size: number): SigningKey => ({
  ...generateKeyPairSync('ec', { namedCurve }),
  algorithm: `ECDSA_SHA_${size}`,
});
const KEYS: Readonly<Record<string, SigningKey>> = {
  'alias/p256': EC('P-256', 256),
  'alias/p384': EC('P-384', 384),
  'alias/p521': EC('P-521', 512),
  'alias/rsa': {
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
    algorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  },
  'alias/other': EC('P-256', 256),
  'alias/pss': {
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
    algorithm: 'RSASSA_PSS_SHA_256',
  },
};
const NO_LOG = '--insecure-ignore-tlog';

suite('keys of KMS', () => {
  const lab = useLab('distribution v3');
  let kms: SigningKms;
  beforeAll(async () => {
    kms = await SigningKms.start(KEYS);
  });
  afterAll(() => kms.close());

  const images = new Map<string, Image>();

  /** Pushed and signed once, by cosign under this key. */
  function signedBy(key: string, format: string, command: 'verify' | 'verify-attestation'): Image {
    const name = `${key} ${format} ${command}`;
    const flags = `--key ${kms.forCosign(key)} ${format}`;
    const made = images.get(name) ?? (command === 'verify' ? image(flags) : attested(flags));
    images.set(name, made);
    return made;
  }

  async function judge(command: 'verify' | 'verify-attestation', key: string, reference: string) {
    const cosign = await lab().cosign.run(
      ...[command, '--key', kms.forCosign(key), NO_LOG, reference],
    );
    const tagwarden = await lab().tagwarden.run(
      ...[command, '--key', kms.forTagwarden(key), NO_LOG, reference],
    );
    const said = cosign.stderr + tagwarden.stdout + tagwarden.stderr;
    return { cosign: cosign.exit, tagwarden: tagwarden.exit, said };
  }

  describe.each(['alias/p256', 'alias/p384', 'alias/p521', 'alias/rsa'])('%s', (key) => {
    it.each([
      ['verify', BUNDLE, 1],
      ['verify', LEGACY, 12],
      ['verify-attestation', BUNDLE, 1],
      ['verify-attestation', LEGACY, 1],
    ] as const)(
      '%s agrees with cosign about what cosign signed with %s',
      async (command, format, stranger) => {
        const reference = await lab().push(signedBy(key, format, command));
        expect(await judge(command, key, reference)).toMatchObject({ cosign: 0, tagwarden: 0 });
        expect(await judge(command, 'alias/other', reference)).toMatchObject({
          cosign: stranger,
          tagwarden: stranger,
        });
      },
    );
  });

  it('of PSS are refused, though cosign takes them', async () => {
    const reference = await lab().push(signedBy('alias/p256', BUNDLE, 'verify'));
    const { tagwarden, said } = await judge('verify', 'alias/pss', reference);
    expect(tagwarden).toBe(65);
    expect(said).toContain('signs with RSASSA_PSS_SHA_256');
  });
});
