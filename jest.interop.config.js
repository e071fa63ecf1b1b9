import base from './jest.config.js';

/** The suite that talks to real registries and the real cosign. */
export default {
  ...base,
  roots: ['<rootDir>/test/interop'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/test/interop/global-setup.ts',
  maxWorkers: 2,
  testTimeout: 180_000,
};
