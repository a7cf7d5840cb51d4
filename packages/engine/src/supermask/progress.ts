import { RunError } from '@winnow/arithmetic';
import type { Region } from '../plan/layout.js';
import type { RunningPowers } from '../recipe/step-constants.js';
import type { MetricRow, SavedRun } from '../training/training.js';
import type { Workbench } from './workbench.js';

/** Where the training of a supermask stands, besides the arena. */
export interface Progress {
  iteration: number;
  readonly powers: RunningPowers;
  readonly rows: MetricRow[];
  /** Sum of the batches' losses since the last row. */
  lossesSinceRow: number;
  /** Microseconds a step took, for each call. */
  readonly callMicroseconds: number[];
  trainingSeconds: number;
  evaluationSeconds: number;
}

export function newProgress(): Progress {
  return {
    iteration: 0,
    powers: { beta1: 1, beta2: 1 },
    rows: [],
    lossesSinceRow: 0,
    callMicroseconds: [],
    trainingSeconds: 0,
    evaluationSeconds: 0,
  };
}

/** An exact checkpoint: the scores and their moments, and where the training stands. */
export function saved({ planned, arena }: Workbench, progress: Progress): SavedRun {
  const { iteration, powers, rows, lossesSinceRow, callMicroseconds, trainingSeconds, evaluationSeconds } = progress;
  const arrays: Record<string, Float32Array> = {};
  for (const { name, offset, words } of learned(planned.layers))
    arrays[name] = arena.floats.slice(offset, offset + words);
  return {
    meta: {
      iteration,
      beta1Power: powers.beta1,
      beta2Power: powers.beta2,
      rows: [...rows],
      lossesSinceRow,
      snapshots: [],
      callMicroseconds: [...callMicroseconds],
      trainingSeconds,
      evaluationSeconds,
    },
    arrays,
  };
}

/** Puts a checkpoint back. @throws RunError if it is not one of this training */
export function restored({ planned, arena }: Workbench, { meta, arrays }: SavedRun): Progress {
  for (const { name, offset, words } of learned(planned.layers)) {
    if (arrays[name]?.length !== words) {
      throw new RunError(`The checkpoint does not belong to this training: "${name}" has not ${words} values.`);
    }
    arena.floats.set(arrays[name], offset);
  }
  return {
    iteration: meta.iteration,
    powers: { beta1: meta.beta1Power, beta2: meta.beta2Power },
    rows: [...meta.rows],
    lossesSinceRow: meta.lossesSinceRow ?? 0,
    callMicroseconds: [...meta.callMicroseconds],
    trainingSeconds: meta.trainingSeconds,
    evaluationSeconds: meta.evaluationSeconds,
  };
}

function learned(layers: Workbench['planned']['layers']): readonly Region[] {
  return layers.flatMap(({ scores, first, second }, l) =>
    Object.entries({ scores, first, second }).flatMap(([name, region]) =>
      region === null ? [] : [{ ...region, name: `layer.${l}.${name}` }],
    ),
  );
}
