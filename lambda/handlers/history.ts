import { composeHistory } from '../composition/functions/history.ts';
import { readFunctionSettings } from '../settings/functions.ts';
import { createHistoryHandler } from './history-handler.ts';

export const handler = createHistoryHandler(composeHistory(readFunctionSettings('history')));
