import { backendChoiceFromEnvironment } from '@winnow/engine';
import { type Experiment, type RunSummary, runExperiment } from '@winnow/lab';
import type { RunningFlags } from '../options/running.js';
import { chooseView } from '../view/choose-view.js';
import { duration } from '../view/format.js';
import { interruptible } from './interrupt.js';

/**
 * Runs an experiment in a folder, showing what happens, until it ends or Ctrl-C stops it.
 * @throws what `runExperiment` throws; Interrupted
 */
export async function runShown(experiment: Experiment, out: string, flags: RunningFlags): Promise<RunSummary> {
  const { workers, threads, checkpointEvery, json = false } = flags;
  const choice = backendChoiceFromEnvironment(process.env);
  const view = chooseView(json);
  const note = (message: string) => view.show({ kind: 'note', message });
  const train = (signal: AbortSignal) =>
    runExperiment(experiment, {
      out,
      choice,
      signal,
      ...(workers !== undefined && { workers }),
      ...(threads !== undefined && { threads }),
      ...(checkpointEvery !== undefined && { checkpointEverySeconds: checkpointEvery }),
      onEvent(event) {
        view.show(event);
        if (event.kind === 'plan' && event.backend === 'wasm' && choice.backend === undefined) {
          note(withoutCompiler(event.seconds));
        }
      },
    });
  try {
    return await interruptible(train, note);
  } finally {
    view.close();
  }
}

/** Said once, so that nobody wonders why another machine is faster. */
export function withoutCompiler(seconds: number): string {
  return `Native kernels are not built here, so WebAssembly does the work: about ${duration(seconds)}. With a C compiler, \`npm run build\` makes them.`;
}
