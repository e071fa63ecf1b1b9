import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createChatPublisher, publishToAll } from '../../../lambda/adapters/sns/index.ts';
import type { AlertMessage } from '../../../lambda/application/ports.ts';
import { renderAlert } from '../../../lambda/domain/alert.ts';
import { SnsDouble, TOPIC } from '../../support/sns/index.ts';
import { anEvent } from '../../support/store/examples.ts';

const alert = renderAlert(anEvent(), { storeId: 's' });

describe('the publisher for chat', () => {
  let sns: SnsDouble;
  beforeEach(async () => {
    sns = await SnsDouble.start();
  });
  afterEach(() => sns.close());

  it('publishes the notification alone, which Amazon Q reads', async () => {
    await createChatPublisher({ client: sns.client, topicArn: TOPIC }).publish(alert);
    expect(sns.published).toMatchObject([{ message: alert.chat }]);
  });
});

describe('when an alert goes to several channels', () => {
  const channel = () => {
    const told: string[] = [];
    const fake = {
      told,
      down: false,
      publish: async ({ id }: AlertMessage) => {
        if (fake.down) throw new Error('down');
        told.push(id);
      },
    };
    return fake;
  };

  it('is told to each', async () => {
    const [mail, chat] = [channel(), channel()];
    await publishToAll([mail, chat]).publish(alert);
    expect([mail.told, chat.told]).toEqual([[alert.id], [alert.id]]);
  });

  it('is to be tried again when one fails, and then told to that one only', async () => {
    const [mail, chat] = [channel(), channel()];
    const all = publishToAll([mail, chat]);
    chat.down = true;
    await expect(all.publish(alert)).rejects.toThrow('down');
    await expect(all.publish(alert)).rejects.toThrow('down');
    chat.down = false;
    await all.publish(alert);
    expect([mail.told, chat.told]).toEqual([[alert.id], [alert.id]]);
  });

  it('is told again when it comes again after all have taken it', async () => {
    const mail = channel();
    const all = publishToAll([mail]);
    await all.publish(alert);
    await all.publish(alert);
    expect(mail.told).toHaveLength(2);
  });
});
