import { composeDispatch } from '../composition/functions/dispatch.ts';
import { readFunctionSettings } from '../settings/functions.ts';
import { createDispatchHandler } from './dispatch-handler.ts';

export const handler = createDispatchHandler(composeDispatch(readFunctionSettings('dispatch')));
