import { writeContents, writeParameters } from '../plan/arena-access.js';
import { describePlan, type PlanDescription } from '../plan/describe.js';
import { decode, encode } from '../plan/encode.js';
import type { Instruction } from '../plan/instructions.js';
import type { PlannedLayer } from '../plan/plan.js';
import { median } from './median.js';
import { newState } from './state.js';
import { writeBatches, writeConstants } from './step-tables.js';
import type { TrainingOptions } from './training.js';
import { openWorkplace } from './workplace.js';

/** A plan, and how long its parts take here. */
export interface TimedPlan {
  readonly description: PlanDescription;
  /** Of each weight layer in a training step: forward, gradients and the optimizer's step. */
  readonly layerMicroseconds: readonly number[];
  /** Of what belongs to no layer: gathering the batch, and the loss. */
  readonly otherMicroseconds: number;
}

/**
 * Times a training step piece by piece: each instruction in calls of its own, the median of `steps` of them. Nothing that was
 * learned is kept.
 * @throws what `startTraining` throws
 */
export function timeLayers(options: TrainingOptions, steps: number): TimedPlan {
  const workplace = openWorkplace(options);
  const { plan, part, arena, order } = workplace;
  try {
    writeContents(plan, arena);
    writeParameters(plan, arena, options.start);
    writeBatches(arena, part, order, 0, 1);
    writeConstants(arena, part, options.recipe, 'start', newState(workplace).powers, 0, 1);
    const program = decode(arena.words, part.program.offset);
    // Once as a whole, so that every piece finds what the others leave behind.
    arena.run(part.program.offset, 1);
    const times = program.map((instruction, i) => {
      if (instruction.op === 'divide') return 0;
      // In place of the program, which is never shorter. A division belongs to what it divides.
      const divides = program[i - 1]?.op === 'divide';
      arena.words.set(encode(program.slice(divides ? i - 1 : i, i + 1)), part.program.offset);
      return median(Array.from({ length: steps }, () => microsecondsOf(() => arena.run(part.program.offset, 1))));
    });
    const owners = program.map((instruction) => plan.layers.findIndex((layer) => belongsTo(instruction, layer)));
    const total = (layer: number) => times.reduce((sum, time, i) => (owners[i] === layer ? sum + time : sum), 0);
    return {
      description: describePlan(plan),
      layerMicroseconds: plan.layers.map((_, layer) => total(layer)),
      otherMicroseconds: total(-1),
    };
  } finally {
    arena.close();
  }
}

function microsecondsOf(work: () => void): number {
  const started = performance.now();
  work();
  return 1000 * (performance.now() - started);
}

/** Whether an instruction works with a layer's weights or biases. */
function belongsTo(instruction: Instruction, { weights, biases }: PlannedLayer): boolean {
  const owned = [weights.values.offset, biases.values.offset];
  const operands: Readonly<Record<string, number | string>> = instruction;
  return ['weights', 'values', 'biases'].some((operand) => owned.includes(Number(operands[operand])));
}
