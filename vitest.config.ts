import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const report = process.env.WINNOW_TEST_REPORT;

// Workspace packages resolve to their TypeScript sources, so a test never sees a stale build.
export default defineConfig({
  resolve: { conditions: ['source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'kernels/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    // Limits for what hangs, not for what is slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // All processors: by itself Vitest leaves one of them idle, which is half of a machine with two.
    maxWorkers: availableParallelism(),
    // No module keeps state, so files of tests share those that one before them has loaded: a third of the time went to loading.
    isolate: false,
    // Where CI wants the counts.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
