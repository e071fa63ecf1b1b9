/** How SNS reaches one endpoint. */
export type Protocol = 'email' | 'https' | 'sqs' | 'lambda' | 'sms';

export type Endpoint =
  | { readonly ok: true; readonly protocol: Protocol; readonly endpoint: string }
  | { readonly ok: false; readonly problem: string };

const EXPECTED =
  'an e-mail address, an https URL, a phone number such as +4915112345678, or the ARN of an SQS queue or a Lambda function';

/** Webhooks of chat services: they answer no confirmation and would show JSON. */
const CHAT_HOSTS: readonly (readonly [host: RegExp, setting: string])[] = [
  [/^hooks\.slack(?:-gov)?\.com$/, 'slackWorkspaceId and slackChannelId'],
  [
    /^outlook\.office\.com$|\.webhook\.office\.com$|\.logic\.azure\.com$|\.api\.powerplatform\.com$/,
    'teamsTenantId, teamsTeamId and teamsChannelId',
  ],
];

/** The protocol that an endpoint speaks, as people write it. */
export function endpointOf(text: string): Endpoint {
  if (text.startsWith('arn:')) return ofArn(text);
  if (/^https?:\/\//i.test(text)) return ofUrl(text);
  if (/^[^\s@"'<>]+@[^\s@"'<>]+\.[^\s@"'<>]+$/.test(text)) return found('email', text);
  if (/^\+[1-9]\d{6,14}$/.test(text)) return found('sms', text);
  return refused(`found ${shown(text)}, expected ${EXPECTED}`);
}

function ofArn(arn: string): Endpoint {
  const [, service, resource = ''] =
    /^arn:aws[\w-]*:([a-z-]+):[a-z0-9-]+:\d{12}:([^\s]+)$/.exec(arn) ?? [];
  if (service === 'sqs' && resource.endsWith('.fifo')) {
    return refused(`${shown(arn)} is a FIFO queue, which only a FIFO topic can reach`);
  }
  if (service === 'sqs') return found('sqs', arn);
  if (service === 'lambda' && resource.startsWith('function:')) return found('lambda', arn);
  return refused(`found the ARN ${shown(arn)}, expected ${EXPECTED}`);
}

function ofUrl(text: string): Endpoint {
  const url = URL.parse(text);
  if (url === null) return refused(`found ${shown(text)}, expected a URL`);
  const chat = CHAT_HOSTS.find(([host]) => host.test(url.hostname));
  if (chat !== undefined) {
    return refused(
      `a chat webhook cannot confirm a subscription: set ${chat[1]} in cdk.json under context.tagwarden and deploy again`,
    );
  }
  // What an alert says of images and signers must not cross a network in the clear.
  if (url.protocol !== 'https:') return refused(`found ${shown(text)}, expected an https URL`);
  return found('https', text);
}

function found(protocol: Protocol, endpoint: string): Endpoint {
  return { ok: true, protocol, endpoint };
}

function refused(problem: string): Endpoint {
  return { ok: false, problem };
}

/** A URL may carry a token: of one, only the host is said. */
function shown(text: string): string {
  const url = /^https?:/i.test(text) ? URL.parse(text) : null;
  return JSON.stringify(url === null ? text.slice(0, 160) : `${url.protocol}//${url.host}/…`);
}
