import { defineConfig } from 'vitest/config';

const report = process.env.WINNOW_TEST_REPORT;

// Workspace packages resolve to their TypeScript sources, so a test never sees a stale build.
export default defineConfig({
  resolve: { conditions: ['source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'kernels/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    testTimeout: 60_000,
    // Where CI wants the counts.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
