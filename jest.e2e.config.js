import base from './jest.config.js';

/** The suite that deploys the stack into an emulator and looks at it from the outside. */
export default {
  ...base,
  roots: ['<rootDir>/test/e2e'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/e2e/global-setup.ts',
  maxWorkers: 2,
  testTimeout: 240_000,
};
