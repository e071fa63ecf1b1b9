import { Validations } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface RegistryCredentialsProps {
  /**
   * A secret that holds a docker `config.json`.
   *
   * @default - a new secret, empty until `tagwarden login` fills it
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * Key that a new secret is encrypted with.
   *
   * @default - the key of Secrets Manager in this account
   */
  readonly encryptionKey?: kms.IKey;
}

/** The credentials of all registries in one secret, in the form that Docker has for them. */
export class RegistryCredentials extends Construct {
  readonly secret: secretsmanager.ISecret;

  constructor(scope: Construct, id: string, { secret, encryptionKey }: RegistryCredentialsProps) {
    super(scope, id);
    this.secret = secret ?? this.#create(encryptionKey);
  }

  #create(encryptionKey: kms.IKey | undefined): secretsmanager.ISecret {
    const created = new secretsmanager.Secret(this, 'Secret', {
      description: 'Docker config.json with the registry credentials of Tagwarden',
      ...(encryptionKey && { encryptionKey }),
    });
    // A value in the template would be put over what people have stored, at the next change of it.
    const resource = created.node.defaultChild as secretsmanager.CfnSecret;
    resource.generateSecretString = undefined;
    Validations.of(created).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'only the registries can rotate their credentials; `tagwarden login` stores the new ones',
    });
    // The same by the attribute that is an ARN everywhere.
    return secretsmanager.Secret.fromSecretAttributes(this, 'Created', {
      secretCompleteArn: resource.attrId,
      ...(encryptionKey && { encryptionKey }),
    });
  }
}
