// Preloaded into `winnow find --evaluate-every 1`: writes down when the first training step ends, and at the end how much memory the process
// held. A training step is the first call of the native kernels for a single step; judging a set takes many.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const write = (observed) => appendFileSync(process.env.WINNOW_BENCH_OBSERVED, `${JSON.stringify(observed)}\n`);

if (isMainThread) {
  process.on('exit', () => write({ peakKilobytes: process.resourceUsage().maxRSS }));
} else {
  const { dlopen } = process;
  process.dlopen = (module, ...rest) => {
    dlopen.call(process, module, ...rest);
    const { exports } = module;
    const { run } = exports;
    let isOver = false;
    module.exports = {
      ...exports,
      run: (...given) => {
        const result = run.apply(exports, given);
        if (!isOver && given[2] === 1) {
          write({ firstStep: Date.now() });
          isOver = true;
        }
        return result;
      },
    };
  };
}
