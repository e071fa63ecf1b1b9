import { AwsFault, type AwsReply, type AwsService, json } from './wire.ts';

interface Version {
  readonly id: string;
  readonly text: string;
}

/** Amazon Secrets Manager as far as the versions of existing secrets go. */
export class SecretsDouble {
  /** Oldest first; the last one is current. */
  readonly versions: Version[] = [];
  readonly #arn: string;
  /** Called before every put: somebody else may be faster. */
  beforePut: () => void = () => {};

  constructor(arn: string) {
    this.#arn = arn;
  }

  get text(): string | undefined {
    return this.versions.at(-1)?.text;
  }

  put(text: string, id = `version-${this.versions.length}`): void {
    this.versions.push({ id, text });
  }

  readonly service: AwsService = ({ target, body }) => {
    const operation = target.replace(/^secretsmanager\./, '');
    if (operation === target) return undefined;
    const input = JSON.parse(body) as Record<string, string>;
    if (input.SecretId !== this.#arn)
      throw notFound("Secrets Manager can't find the specified secret.");
    return operation === 'GetSecretValue' ? this.#get(input) : this.#put(operation, input);
  };

  #get({ VersionStage = 'AWSCURRENT' }: Record<string, string>): AwsReply {
    const version = this.versions.at(VersionStage === 'AWSCURRENT' ? -1 : -2);
    if (version === undefined) {
      throw notFound(
        `Secrets Manager can't find the specified secret value for staging label: ${VersionStage}`,
      );
    }
    return json({ ARN: this.#arn, VersionId: version.id, SecretString: version.text });
  }

  #put(operation: string, input: Record<string, string>): AwsReply {
    if (operation !== 'PutSecretValue') throw new AwsFault('InvalidRequestException', operation);
    const { SecretString = '', ClientRequestToken = '' } = input;
    if (ClientRequestToken.length < 32 || SecretString.length > 65_536) {
      throw new AwsFault('InvalidParameterException', 'ClientRequestToken or SecretString');
    }
    this.beforePut();
    this.put(SecretString, ClientRequestToken);
    return json({ ARN: this.#arn, VersionId: ClientRequestToken });
  }
}

function notFound(message: string): AwsFault {
  return new AwsFault('ResourceNotFoundException', message);
}
