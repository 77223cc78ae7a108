export default {
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/build', '<rootDir>/lib', '<rootDir>/.cache'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/jest-esbuild.cjs' },
  reporters: ['default', '<rootDir>/scripts/tally.js'],
  maxWorkers: 3,
  restoreMocks: true,
  testTimeout: 60_000
}
