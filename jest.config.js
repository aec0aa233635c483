/** @type {import('jest').Config} */
const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['envol:source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  resolver: '<rootDir>/tools/jest-resolver.cjs',
};

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{libs,apps,tools}/*/{src,test}/**/*.spec.ts'] },
    { ...base, displayName: 'composition', testMatch: ['<rootDir>/test/{composition,docker,docs}/**/*.spec.ts'] },
    { ...base, displayName: 'faults', testMatch: ['<rootDir>/test/faults/**/*.spec.ts'] },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/apps/*/test/**/*.e2e-spec.ts'] },
    { ...base, displayName: 'pack', testMatch: ['<rootDir>/test/pack/**/*.e2e-spec.ts'] },
  ],
  // For a machine in trouble, not an expectation.
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/tools/closing-line-reporter.cjs'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['libs/*/src/**/*.ts', '!**/*.spec.ts', '!**/index.ts'],
};
