import { countOnes, digestOf } from '@winnow/arithmetic';
import type { Masks } from '../masks.js';
import { denseTensors } from '../parameters.js';
import { writeOrdered } from '../plan/arena-access.js';
import { evaluate } from '../training/evaluate.js';
import { notFinite } from '../training/faults.js';
import { median } from '../training/median.js';
import type { MetricRow } from '../training/training.js';
import { maskedParameters, maskOfScores } from './masked.js';
import type { Progress } from './progress.js';
import { EVALUATION_SAMPLES, type SupermaskAccuracy, type SupermaskResult } from './supermask.js';
import type { Workbench } from './workbench.js';

/** Judges the deterministic mask on validation data and adds the row. @throws RunError if the loss is not finite */
export function deterministicRow(bench: Workbench, progress: Progress, trainLoss: number | null): MetricRow {
  const { planned, arena } = bench;
  const started = performance.now();
  const { iteration } = progress;
  layMask(bench, masksNow(bench));
  const { loss, accuracy } = evaluate(arena, planned.plan.evaluation.validation);
  if (!Number.isFinite(loss)) throw notFinite('the validation loss', iteration);
  const row = {
    iteration,
    validationLoss: loss,
    validationAccuracy: accuracy,
    testLoss: null,
    testAccuracy: null,
    trainLoss,
  };
  progress.rows.push(row);
  progress.evaluationSeconds += (performance.now() - started) / 1000;
  return row;
}

/** What a training that has reached its end gave. @throws Error before that */
export function supermaskResult(bench: Workbench, progress: Progress): SupermaskResult {
  const { options, planned, arena } = bench;
  if (progress.iteration < options.recipe.iterations) {
    throw new Error(
      `the training has a result after iteration ${options.recipe.iterations}, not at ${progress.iteration}`,
    );
  }
  const started = performance.now();
  const masks = masksNow(bench);
  layMask(bench, masks);
  const deterministic = accuracies(bench);
  const sampled = options.rule.kind === 'sampled' ? sampledAccuracies(bench) : deterministic;
  const ones = masks.reduce((sum, mask) => sum + countOnes(mask), 0);
  const weights = masks.reduce((sum, { length }) => sum + length, 0);
  return {
    rows: [...progress.rows],
    masks,
    density: ones / weights,
    deterministic,
    sampled,
    digest: digestOf(planned.layers.map(({ scores: { offset, words } }) => arena.floats.slice(offset, offset + words))),
    microsecondsPerStep: median(progress.callMicroseconds),
    trainingSeconds: progress.trainingSeconds,
    evaluationSeconds: progress.evaluationSeconds + (performance.now() - started) / 1000,
  };
}

function masksNow({ options, planned, arena }: Workbench): Masks {
  return planned.layers.map(({ scores: { offset, words } }) =>
    maskOfScores(options.rule, arena.floats.subarray(offset, offset + words)),
  );
}

/** Writes the weights that these masks leave; the next step of training draws its own. */
function layMask({ options, planned, arena }: Workbench, masks: Masks): void {
  const { network, values, rescale } = options;
  const tensors = denseTensors(network, masks, maskedParameters(network, masks, values, rescale));
  for (const [l, { weights }] of planned.plan.layers.entries()) {
    writeOrdered(weights.values, weights.order, arena, tensors[l]);
  }
}

function accuracies({ planned, arena }: Workbench): SupermaskAccuracy {
  const { validation, test } = planned.plan.evaluation;
  return {
    validationAccuracy: evaluate(arena, validation).accuracy,
    testAccuracy: evaluate(arena, test).accuracy,
  };
}

/** Means over masks that are drawn for it. */
function sampledAccuracies(bench: Workbench): SupermaskAccuracy {
  const { planned, arena } = bench;
  let [validation, test] = [0, 0];
  for (let sample = 0; sample < EVALUATION_SAMPLES; sample++) {
    arena.words[planned.sample.number.offset] = sample;
    arena.run(planned.sample.program.offset, 1);
    const { validationAccuracy, testAccuracy } = accuracies(bench);
    validation += validationAccuracy;
    test += testAccuracy;
  }
  return { validationAccuracy: validation / EVALUATION_SAMPLES, testAccuracy: test / EVALUATION_SAMPLES };
}
