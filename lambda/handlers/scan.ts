import { composeScan } from '../composition/functions/scan.ts';
import { readFunctionSettings } from '../settings/functions.ts';
import { createScanHandler } from './scan-handler.ts';

export const handler = createScanHandler(composeScan(readFunctionSettings('scan')));
