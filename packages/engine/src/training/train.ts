import { callSteps } from './call-steps.js';
import { faultError } from './faults.js';
import { keepSnapshot, type State } from './state.js';
import { writeBatches, writeConstants } from './step-tables.js';
import type { Workplace } from './workplace.js';

/** Trains towards iteration `target` by one call into the kernels. */
export function trainCall(workplace: Workplace, state: State, target: number): void {
  const { options, part, arena, order, snapshotAt } = workplace;
  const before = state.iteration;
  const stop = snapshotAt.find((iteration) => iteration > before) ?? target;
  const steps = Math.min(stop - before, target - before, callSteps(options.network, state.callMicroseconds));
  writeBatches(arena, part, order, before, steps);
  writeConstants(arena, part, options.recipe, options.scheduleFrom ?? 'start', state.powers, before, steps);

  const started = performance.now();
  const fault = arena.run(part.program.offset, steps);
  const microseconds = 1000 * (performance.now() - started);
  if (fault !== null) throw faultError(options.network, fault, before);

  for (let step = 0; step < steps; step++) {
    const loss = arena.floats[part.losses.offset + step];
    state.lossesSinceRow += loss;
    state.recent.add(loss);
  }
  state.iteration += steps;
  state.callMicroseconds.push(microseconds / steps);
  state.trainingSeconds += microseconds / 1e6;
  keepSnapshot(workplace, state);
}
