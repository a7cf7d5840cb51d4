import { randomStream, UserError, uniforms } from '@winnow/arithmetic';
import type { Arena } from '../backends/backend.js';
import { weightCount } from '../network/weight-layers.js';
import { writeContents } from '../plan/arena-access.js';
import { CONSTANTS_ROW } from '../plan/instructions.js';
import type { Region } from '../plan/layout.js';
import { STEPS_PER_CALL } from '../plan/plan.js';
import { byRows } from '../training/by-rows.js';
import { dataOrder } from '../training/data-order.js';
import { writeDropoutStreams } from '../training/dropout-streams.js';
import type { SavedRun } from '../training/training.js';
import { deterministicRow, supermaskResult } from './judge.js';
import { compileSupermaskPlan } from './plan.js';
import { newProgress, type Progress, restored, saved } from './progress.js';
import type { SupermaskOptions, SupermaskRun } from './supermask.js';
import { trainCall } from './train.js';
import type { Workbench } from './workbench.js';

/**
 * Starts to train the scores of a supermask, or goes on with a saved training. It must be closed.
 * @throws UserError if the network does not fit the data or weight decay is not 0; RangeError if values do not fit the network;
 * RunError if the checkpoint does not belong to this training
 */
export function startSupermask(options: SupermaskOptions, checkpoint?: SavedRun): SupermaskRun {
  const { bench, progress } = openSupermask(options, checkpoint);
  const { advance, next } = byRows(
    options.recipe,
    progress,
    (target) => trainCall(bench, progress, target),
    (trainLoss) => deterministicRow(bench, progress, trainLoss),
  );
  return {
    get iteration() {
      return progress.iteration;
    },
    advance,
    next,
    save: () => saved(bench, progress),
    result: () => supermaskResult(bench, progress),
    close: () => bench.arena.close(),
  };
}

/** Memory with all that does not change written into it, and where the training stands. Throws as startSupermask does. */
export function openSupermask(options: SupermaskOptions, checkpoint?: SavedRun): Opened {
  requireOptions(options);
  const planned = compileSupermaskPlan(options);
  const { backend, data, seed, trial } = options;
  const order = options.order ?? dataOrder({ seed, trial, count: data.train.count });
  const arena = backend.open(planned.plan.words, data.bytes, planned.plan.threads);
  const bench: Workbench = { options, planned, arena, order };
  try {
    writeContents(planned.plan, arena);
    writeDropoutStreams(planned.plan, arena, options);
    for (const [l, { values }] of planned.layers.entries()) arena.floats.set(options.values[l], values.offset);
    writePressure(bench);
    if (checkpoint === undefined) writeFirstScores(bench);
    return { bench, progress: checkpoint === undefined ? newProgress() : restored(bench, checkpoint) };
  } catch (error) {
    arena.close();
    throw error;
  }
}

interface Opened {
  readonly bench: Workbench;
  readonly progress: Progress;
}

/** The pressure on each probability stands in every row of constants and does not change. */
function writePressure({ options, planned, arena }: Workbench): void {
  const { rule, network } = options;
  const pressure = rule.kind === 'sampled' ? rule.pressure / weightCount(network) : 0;
  const { offset } = planned.part.constants;
  for (let row = 0; row < STEPS_PER_CALL; row++) arena.floats[offset + row * CONSTANTS_ROW + 8] = pressure;
}

/** Scores are 0 for sampled masks, where every bit is as likely as not; for top masks they are drawn. */
function writeFirstScores({ options, planned, arena }: Workbench): void {
  const { rule, seed, trial } = options;
  if (rule.kind === 'sampled') return;
  for (const [layer, { scores }] of planned.layers.entries()) drawScores(arena, scores, { seed, trial, layer });
}

function drawScores(
  arena: Arena,
  { offset, words }: Region,
  of: { readonly seed: number; readonly trial: number; readonly layer: number },
): void {
  const drawn = uniforms(randomStream({ kind: 'supermask-scores', ...of }), words);
  for (let i = 0; i < words; i++) arena.floats[offset + i] = drawn[i] * 0.5 + 0.5;
}

function requireOptions({ network, values, recipe, rule }: SupermaskOptions): void {
  if (recipe.weightDecay !== 0)
    throw new UserError('A supermask is trained without weight decay: leave out --weight-decay.');
  if (rule.kind === 'top' && !(rule.density > 0 && rule.density <= 1)) {
    throw new UserError(`The density of a supermask must be above 0 and at most 1, not ${rule.density}.`);
  }
  if (rule.kind === 'sampled' && !(rule.pressure >= 0 && Number.isFinite(rule.pressure))) {
    throw new UserError(`The pressure on a supermask must be 0 or more, not ${rule.pressure}.`);
  }
  const total = values.reduce((sum, { length }) => sum + length, 0);
  if (total !== weightCount(network)) {
    throw new RangeError(`network "${network.name}" has ${weightCount(network)} weights, not ${total}`);
  }
}
