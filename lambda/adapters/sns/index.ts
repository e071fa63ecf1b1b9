export { createChatPublisher } from './chat-publisher.ts';
export { publishToAll } from './publish-to-all.ts';
export { createSnsPublisher } from './publisher.ts';
