export { createFunctionLogger, type FunctionLogger } from './logger.ts';
export { createMeter } from './meter.ts';
