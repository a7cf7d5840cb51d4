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
    ? judgedOnTest(plan, arena, iteration)
    : null;
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

/** Ends a training at its last row, which is judged on test data too. */
export function stopAtRow({ plan, arena }: Workplace, state: State): void {
  const last = state.rows.at(-1);
  if (last === undefined || state.rows.length < 2) throw new Error('a training that has not begun cannot be stopped');
  if (last.testLoss === null) {
    const started = performance.now();
    const { loss, accuracy } = judgedOnTest(plan, arena, last.iteration);
    state.rows[state.rows.length - 1] = { ...last, testLoss: loss, testAccuracy: accuracy };
    state.evaluationSeconds += (performance.now() - started) / 1000;
  }
  state.isStopped = true;
}

function judgedOnTest(plan: Workplace['plan'], arena: Workplace['arena'], iteration: number) {
  const test = evaluate(arena, plan.evaluation.test);
  if (!Number.isFinite(test.loss)) throw notFinite('the test loss', iteration);
  return test;
}
