import { LANES, type LaidOutData, type Recipe } from '@winnow/engine';
import type { CellPlan } from '../cells/cell-plan.js';
import { type Speed, stepSeconds } from './speed.js';

/** Share of a training step that evaluating as many examples takes: the forward pass, one of not quite three. */
const FORWARD_SHARE = 0.4;
/** Share of the evaluations that look at test data too: every fifth, and each new minimum of the validation loss. */
const TEST_SHARE = 0.5;

/** About how long a cell takes on one worker: its steps, and its evaluations. */
export function cellSeconds(cell: CellPlan, recipe: Recipe, data: LaidOutData, speed: Speed): number {
  const step = stepSeconds(speed, cell.weights);
  const evaluations = Math.ceil(cell.iterations / recipe.evaluateEvery) + 1;
  const examples = data.validation.count + TEST_SHARE * data.test.count;
  const lanes = LANES * Math.ceil(recipe.batch / LANES);
  return step * (cell.iterations + (evaluations * examples * FORWARD_SHARE) / lanes);
}

/** Text of one evaluation in `metrics.jsonl`, and of a manifest, roughly. */
const ROW_BYTES = 190;
const MANIFEST_BYTES = 2500;

/** About how many bytes a cell's folder takes: a bit for each weight, and the survivors' values. */
export function cellBytes(cell: CellPlan, recipe: Recipe, networkWeights: number, biases: number): number {
  const parameters = Math.ceil(networkWeights / 8) + 4 * (cell.weights + biases);
  const rows = Math.ceil(cell.iterations / recipe.evaluateEvery) + 1;
  const snapshots = cell.snapshotAt.length * parameters;
  return parameters + snapshots + rows * ROW_BYTES + MANIFEST_BYTES;
}
