import { AwsFault, type AwsReply, type AwsRequest, type AwsService, escaped, xml } from './wire.ts';

export interface DoubleSubscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  attributes: Record<string, string>;
  confirmed: boolean;
}

/** SNS asks as many endpoints as it likes to confirm; those of AWS in the account need not. */
const CONFIRMED_AT_ONCE = ['sqs', 'lambda'];
const PAGE = 2;

/** Amazon SNS as far as subscriptions go. */
export class SubscriptionsDouble {
  readonly subscriptions: DoubleSubscription[] = [];
  readonly #topics: readonly string[];
  #next = 1;

  constructor(...topics: readonly string[]) {
    this.#topics = topics;
  }

  /** What an endpoint is sent, to confirm with. */
  tokenOf(endpoint: string): string {
    return `token-${Buffer.from(endpoint).toString('hex')}`;
  }

  readonly service: AwsService = (request) => {
    switch (request.form.get('Action')) {
      case 'Subscribe':
        return this.#subscribe(request);
      case 'ConfirmSubscription':
        return this.#confirm(request);
      case 'ListSubscriptionsByTopic':
        return this.#list(request);
      case 'GetSubscriptionAttributes':
        return this.#attributes(request);
      case 'SetSubscriptionAttributes':
        return this.#set(request);
      case 'Unsubscribe':
        return this.#unsubscribe(request);
      default:
        return undefined;
    }
  };

  #subscribe({ form }: AwsRequest): AwsReply {
    const topicArn = this.#topic(form);
    const protocol = form.get('Protocol') ?? '';
    const endpoint = form.get('Endpoint') ?? '';
    const attributes = attributesIn(form);
    checkPolicy(attributes.FilterPolicy);
    const known = this.subscriptions.find(
      (each) => each.topicArn === topicArn && each.endpoint === endpoint,
    );
    if (known?.confirmed && known.attributes.FilterPolicy !== attributes.FilterPolicy) {
      throw new AwsFault(
        'InvalidParameter',
        'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
      );
    }
    const arn = known?.arn ?? `${topicArn}:${String(this.#next++).padStart(8, '0')}`;
    const confirmed = CONFIRMED_AT_ONCE.includes(protocol);
    if (known === undefined) {
      this.subscriptions.push({ arn, topicArn, protocol, endpoint, attributes, confirmed });
    }
    const shown = known?.confirmed || confirmed ? arn : 'pending confirmation';
    return xml('Subscribe', `<SubscriptionArn>${shown}</SubscriptionArn>`);
  }

  #confirm({ form }: AwsRequest): AwsReply {
    const topicArn = this.#topic(form);
    const token = form.get('Token') ?? '';
    const found = this.subscriptions.find(
      (each) => each.topicArn === topicArn && this.tokenOf(each.endpoint) === token,
    );
    if (found === undefined) throw new AwsFault('InvalidParameter', 'Invalid parameter: Token');
    found.confirmed = true;
    const authenticated = form.get('AuthenticateOnUnsubscribe') ?? 'false';
    found.attributes = { ...found.attributes, ConfirmationWasAuthenticated: authenticated };
    return xml('ConfirmSubscription', `<SubscriptionArn>${found.arn}</SubscriptionArn>`);
  }

  #list({ form }: AwsRequest): AwsReply {
    const topicArn = this.#topic(form);
    const all = this.subscriptions.filter((each) => each.topicArn === topicArn);
    const from = Number(form.get('NextToken') ?? 0);
    const members = all
      .slice(from, from + PAGE)
      .map(
        ({ arn, protocol, endpoint, confirmed }) =>
          `<member><SubscriptionArn>${confirmed ? arn : 'PendingConfirmation'}</SubscriptionArn><Protocol>${protocol}</Protocol><Endpoint>${escaped(endpoint)}</Endpoint><TopicArn>${topicArn}</TopicArn></member>`,
      );
    const next = from + PAGE < all.length ? `<NextToken>${from + PAGE}</NextToken>` : '';
    return xml(
      'ListSubscriptionsByTopic',
      `<Subscriptions>${members.join('')}</Subscriptions>${next}`,
    );
  }

  #attributes({ form }: AwsRequest): AwsReply {
    const { attributes } = this.#find(form);
    const entries = Object.entries(attributes).map(
      ([key, value]) => `<entry><key>${key}</key><value>${escaped(value)}</value></entry>`,
    );
    return xml('GetSubscriptionAttributes', `<Attributes>${entries.join('')}</Attributes>`);
  }

  #set({ form }: AwsRequest): AwsReply {
    const found = this.#find(form);
    const name = form.get('AttributeName') ?? '';
    const value = form.get('AttributeValue') ?? '';
    if (name === 'FilterPolicy') checkPolicy(value);
    found.attributes = { ...found.attributes, [name]: value };
    return xml('SetSubscriptionAttributes', '');
  }

  #unsubscribe({ form }: AwsRequest): AwsReply {
    this.subscriptions.splice(this.subscriptions.indexOf(this.#find(form)), 1);
    return xml('Unsubscribe', '');
  }

  #find(form: URLSearchParams): DoubleSubscription {
    const arn = form.get('SubscriptionArn');
    const found = this.subscriptions.find((each) => each.arn === arn && each.confirmed);
    if (found === undefined) throw new AwsFault('NotFound', 'Subscription does not exist', 404);
    return found;
  }

  #topic(form: URLSearchParams): string {
    const topicArn = form.get('TopicArn') ?? '';
    if (this.#topics.includes(topicArn)) return topicArn;
    throw new AwsFault('NotFound', 'Topic does not exist', 404);
  }
}

function attributesIn(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let n = 1; form.has(`Attributes.entry.${n}.key`); n++) {
    const key = form.get(`Attributes.entry.${n}.key`) ?? '';
    attributes[key] = form.get(`Attributes.entry.${n}.value`) ?? '';
  }
  return attributes;
}

/** The rules of the Developer Guide for policies over attributes. */
function checkPolicy(text: string | undefined): void {
  if (text === undefined) return;
  const policy = JSON.parse(text) as Record<string, unknown>;
  const values = Object.values(policy).map((each) => (Array.isArray(each) ? each.length : 0));
  const combinations = values.reduce((product, count) => product * count, 1);
  if (values.length <= 5 && !values.includes(0) && combinations <= 150) return;
  throw new AwsFault('InvalidParameter', 'Invalid parameter: FilterPolicy');
}
