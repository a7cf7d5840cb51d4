import { callSteps } from '../training/call-steps.js';
import { faultError } from '../training/faults.js';
import { writeBatches, writeConstants } from '../training/step-tables.js';
import type { Progress } from './progress.js';
import type { Workbench } from './workbench.js';

/** Trains towards iteration `target` by one call into the kernels. */
export function trainCall({ options, planned, arena, order }: Workbench, progress: Progress, target: number): void {
  const { part, counters } = planned;
  const before = progress.iteration;
  const steps = Math.min(target - before, callSteps(options.network, progress.callMicroseconds));
  writeBatches(arena, part, order, before, steps);
  writeConstants(arena, part, options.recipe, 'start', progress.powers, before, steps);
  for (let step = 0; step < steps; step++) arena.words[counters.offset + step] = before + step + 1;

  const started = performance.now();
  const fault = arena.run(part.program.offset, steps);
  const microseconds = 1000 * (performance.now() - started);
  if (fault !== null) throw faultError(options.network, fault, before);

  for (let step = 0; step < steps; step++) progress.lossesSinceRow += arena.floats[part.losses.offset + step];
  progress.iteration += steps;
  progress.callMicroseconds.push(microseconds / steps);
  progress.trainingSeconds += microseconds / 1e6;
}
