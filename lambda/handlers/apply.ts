import { composeApply } from '../composition/functions/apply.ts';
import { createApplyHandler } from './apply-handler.ts';

export const handler = createApplyHandler(composeApply());
