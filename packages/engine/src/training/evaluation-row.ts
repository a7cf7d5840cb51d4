import { earlyStopRow } from './early-stop.js';
import { evaluate } from './evaluate.js';
import { notFinite } from './faults.js';
import { judgesTest } from './schedule.js';
import type { State } from './state.js';
import type { MetricRow } from './training.js';
import type { Workplace } from './workplace.js';

/** Evaluates where the run stands and adds the row. @throws RunError if a loss is not finite */
export function evaluationRow({ options, plan, arena }: Workplace, state: State, trainLoss: number | null): MetricRow {
  const started = performance.now();
  const { iteration, rows } = state;
  const validation = evaluate(arena, plan.evaluation.validation);
  if (!Number.isFinite(validation.loss)) throw notFinite('the validation loss', iteration);
  const best = earlyStopRow(rows)?.validationLoss ?? Number.POSITIVE_INFINITY;
  const isNewMinimum = rows.length > 0 && validation.loss < best;
  const test = judgesTest(rows.length, isNewMinimum, iteration === options.recipe.iterations)
    ? evaluate(arena, plan.evaluation.test)
    : null;
  if (test !== null && !Number.isFinite(test.loss)) throw notFinite('the test loss', iteration);
  const row: MetricRow = {
    iteration,
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
    testLoss: test?.loss ?? null,
    testAccuracy: test?.accuracy ?? null,
    trainLoss,
  };
  rows.push(row);
  state.evaluationSeconds += (performance.now() - started) / 1000;
  return row;
}
