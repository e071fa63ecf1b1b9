import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface EgressNetworkProps {
  /** How long the log of its connections is kept. */
  readonly logRetention: logs.RetentionDays;
}

/**
 * A network with one address towards registries. Quotas of registries belong to addresses, and those
 * that functions have by default are shared with everybody's.
 */
export class EgressNetwork extends Construct {
  readonly vpc: ec2.IVpc;
  /** Towards registries; the same as long as the stack is there. */
  readonly address: string;

  constructor(scope: Construct, id: string, { logRetention }: EgressNetworkProps) {
    super(scope, id);
    const address = new ec2.CfnEIP(this, 'Address', { domain: 'vpc' });
    this.address = address.attrPublicIp;
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 1,
      natGatewayProvider: ec2.NatProvider.gateway({ eipAllocationIds: [address.attrAllocationId] }),
      restrictDefaultSecurityGroup: false,
      gatewayEndpoints: {
        // What is read and written all the time does not pay for the gateway.
        DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
      },
      flowLogs: {
        Rejected: {
          trafficType: ec2.FlowLogTrafficType.REJECT,
          destination: ec2.FlowLogDestination.toCloudWatchLogs(
            new logs.LogGroup(this, 'FlowLogs', {
              retention: logRetention,
              removalPolicy: RemovalPolicy.DESTROY,
            }),
          ),
        },
      },
    });
    this.vpc = vpc as ec2.IVpc;
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC3',
      reason: 'no network ACLs are used',
    });
  }
}
