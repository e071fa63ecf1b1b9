import { composeDeliver } from '../composition/functions/deliver.ts';
import { readFunctionSettings } from '../settings/functions.ts';
import { createDeliverHandler } from './deliver-handler.ts';

export const handler = createDeliverHandler(composeDeliver(readFunctionSettings('deliver')));
