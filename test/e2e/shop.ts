import { BUNDLE } from '../interop/images.ts';
import { EVIL, RELEASE, V1 } from '../interop/keyless-images.ts';
import type { Lab } from '../interop/lab.ts';
import { Repository } from '../interop/repository.ts';

/** Who signs: the identity that the policy wants, another one, or the holder of the key. */
const SIGNERS = {
  release: `${V1} ${RELEASE}`,
  evil: `${V1} ${EVIL}`,
  key: `--key ours.key ${BUNDLE}`,
} as const;

export type Signer = keyof typeof SIGNERS;

/** The people who push: to the real registry, with the real crane and cosign. */
export class Shop {
  readonly #lab: Lab;
  #pushed = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /**
   * Pushes a new image, has it signed, and only then moves the tag to it.
   *
   * @param name Repository and tag, such as `shop/api:1.4`.
   * @returns the digest that the tag points at now.
   */
  async release(name: string, ...signers: readonly Signer[]): Promise<string> {
    const [repository, tag] = partsOf(name);
    const at = new Repository(this.#lab.host, repository);
    const { digest } = await at.putImage(undefined, `build-${++this.#pushed}`);
    for (const signer of signers) {
      await this.#lab.cosign.sign(at.reference(digest), SIGNERS[signer]);
    }
    await this.move(`${repository}:${tag}`, digest);
    return digest;
  }

  /** Points the tag at an image that is there. */
  async move(name: string, digest: string): Promise<void> {
    const [repository, tag] = partsOf(name);
    const said = await this.#lab.crane('tag', `${this.#lab.host}/${repository}@${digest}`, tag);
    if (said.exit !== 0) throw new Error(`crane tag: exit ${said.exit}\n${said.stderr}`);
  }
}

function partsOf(name: string): [repository: string, tag: string] {
  const [repository, tag] = name.split(':');
  if (repository === undefined || tag === undefined) throw new Error(`no tag in ${name}`);
  return [repository, tag];
}
