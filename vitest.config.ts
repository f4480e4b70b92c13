import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.ts';

const shared = { pool: 'forks', maxWorkers: 2, testTimeout: 30_000, hookTimeout: 60_000 } as const;
const tests = ['packages/*/{src,test}/**/*.test.ts', 'packages/*/{src,test}/**/*.test.tsx'];
const platform = 'packages/server/src/**/*.test.ts';

export default defineConfig({
  test: {
    ...shared,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // What keeps nothing between tests shares its modules: to load them anew for each file took longer than the tests.
        test: {
          ...shared,
          name: 'libraries',
          include: [...tests, 'bench/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [platform, '**/node_modules/**', '**/dist/**'],
          isolate: false,
        },
      },
      { test: { ...shared, name: 'platform', include: [platform] } },
    ],
  },
});
