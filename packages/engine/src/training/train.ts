import { STEPS_PER_CALL } from '../plan/plan.js';
import { faultError } from './faults.js';
import { keepSnapshot, type State } from './state.js';
import { writeBatches, writeConstants } from './step-tables.js';
import type { Workplace } from './workplace.js';

/** Trains to iteration `target`. @returns the mean loss of the batches on the way */
export function trainTo(workplace: Workplace, state: State, target: number): number {
  const steps = target - state.iteration;
  let losses = 0;
  while (state.iteration < target) losses += trainCall(workplace, state, target);
  return losses / steps;
}

/** One call into the kernels. @returns the sum of the batches' losses */
function trainCall(workplace: Workplace, state: State, target: number): number {
  const { options, part, arena, order, snapshotAt } = workplace;
  const before = state.iteration;
  const stop = snapshotAt.find((iteration) => iteration > before) ?? target;
  const steps = Math.min(stop - before, target - before, STEPS_PER_CALL);
  writeBatches(arena, part, order, before, steps);
  writeConstants(arena, part, options.recipe, options.scheduleFrom ?? 'start', state.powers, before, steps);

  const started = performance.now();
  const fault = arena.run(part.program.offset, steps);
  const microseconds = 1000 * (performance.now() - started);
  if (fault !== null) throw faultError(options.network, fault, before);

  let sum = 0;
  for (let step = 0; step < steps; step++) {
    const loss = arena.floats[part.losses.offset + step];
    sum += loss;
    state.recent.add(loss);
  }
  state.iteration += steps;
  state.callMicroseconds.push(microseconds / steps);
  state.trainingSeconds += microseconds / 1e6;
  keepSnapshot(workplace, state);
  return sum;
}
