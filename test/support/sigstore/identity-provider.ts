import { sign, verify } from 'node:crypto';
import type { Claims } from './authority.ts';
import { generateP256 } from './x509.ts';

export interface TokenRequest {
  /** A URI (`https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1`) or an e-mail address. */
  readonly identity: string;
  readonly issuer: string;
  /** More claims, such as `repository_id`; of a workflow's identity the usual ones are there. */
  readonly claims?: Claims;
}

const DAY = 86_400;

/** Says who somebody is, in the name of any issuer: JSON Web Tokens signed with ES256. */
export class IdentityProvider {
  readonly #keys = generateP256();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  token({ identity, issuer, claims }: TokenRequest): string {
    const at = Math.floor(this.#now().getTime() / 1_000);
    const isEmail = !identity.includes('://');
    const signed = [
      { alg: 'ES256', typ: 'JWT', kid: '1' },
      {
        iss: issuer,
        aud: 'sigstore',
        sub: identity,
        ...(isEmail && { email: identity, email_verified: true }),
        iat: at,
        nbf: at,
        exp: at + DAY,
        ...workflowClaims(identity),
        ...claims,
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' as const };
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  }

  /** The claims of a token of ours. @throws for any other, or an expired one. */
  read(token: string): Claims & { readonly sub: string } {
    const [head = '', body = '', signature = ''] = token.split('.');
    const key = { key: this.#keys.publicKey, dsaEncoding: 'ieee-p1363' as const };
    const bytes = Buffer.from(signature, 'base64url');
    if (!verify('sha256', Buffer.from(`${head}.${body}`), key, bytes)) {
      throw new Error('the identity token is not ours');
    }
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    if (claims.exp * 1_000 < this.#now().getTime()) throw new Error('the identity token expired');
    return claims;
  }
}

/** What GitHub's token of `https://github.com/<owner>/<repo>/.github/workflows/<file>@<ref>` says. */
function workflowClaims(identity: string): Claims {
  const match =
    /^https:\/\/github\.com\/([^/]+\/[^/]+)\/\.github\/workflows\/([^@]+)\.ya?ml@(.+)$/.exec(
      identity,
    );
  if (match === null) return {};
  const [, repository = '', workflow, ref] = match;
  return {
    event_name: 'push',
    sha: '0'.repeat(40),
    workflow,
    repository,
    repository_url: `https://github.com/${repository}`,
    repository_owner_url: `https://github.com/${repository.split('/')[0]}`,
    repository_id: '1296269',
    repository_owner_id: '583231',
    ref,
  };
}
