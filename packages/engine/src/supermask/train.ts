import { STEPS_PER_CALL } from '../plan/plan.js';
import { faultError } from '../training/faults.js';
import { writeBatches, writeConstants } from '../training/step-tables.js';
import type { Progress } from './progress.js';
import type { Workbench } from './workbench.js';

/** One call into the kernels. @returns the sum of the batches' losses */
export function trainCall({ options, planned, arena, order }: Workbench, progress: Progress, target: number): number {
  const { part, counters } = planned;
  const before = progress.iteration;
  const steps = Math.min(target - before, STEPS_PER_CALL);
  writeBatches(arena, part, order, before, steps);
  writeConstants(arena, part, options.recipe, 'start', progress.powers, before, steps);
  for (let step = 0; step < steps; step++) arena.words[counters.offset + step] = before + step + 1;

  const started = performance.now();
  const fault = arena.run(part.program.offset, steps);
  const microseconds = 1000 * (performance.now() - started);
  if (fault !== null) throw faultError(options.network, fault, before);

  let sum = 0;
  for (let step = 0; step < steps; step++) sum += arena.floats[part.losses.offset + step];
  progress.iteration += steps;
  progress.callMicroseconds.push(microseconds / steps);
  progress.trainingSeconds += microseconds / 1e6;
  return sum;
}
