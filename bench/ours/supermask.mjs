/** A learned supermask as a task, and what it computes: the same algorithm as peers/torch_supermask.py. */
import { recipeFor } from '@winnow/engine';
import { splitWeights } from '../lenet.mjs';
import { CHECKED_STEPS, divided, SCORE_RATE } from '../supermask-reference.mjs';
import { aboutBackend, backendNamed, ENDLESS, layOutSet, network } from './engine.mjs';

const { openSupermask } = await import(new URL('../../packages/engine/dist/supermask/start.js', import.meta.url));
const { trainCall } = await import(new URL('../../packages/engine/dist/supermask/train.js', import.meta.url));

function open({ weights, set, backend, batch }, checkpoint) {
  const values = splitWeights(weights).map(({ weight }) => weight);
  const recipe = recipeFor(network, { batch, iterations: ENDLESS, optimizer: { name: 'adam', rate: SCORE_RATE } });
  const rule = { kind: 'sampled', pressure: 0 };
  const options = { backend, network, values, rule, rescale: true, recipe, data: layOutSet(set), seed: 1, trial: 0 };
  const { bench, progress } = openSupermask(options, checkpoint);
  const losses = (steps) => {
    const [target, before] = [progress.iteration + steps, progress.lossesSinceRow];
    while (progress.iteration < target) trainCall(bench, progress, target);
    return progress.lossesSinceRow - before;
  };
  return { bench, losses, close: () => bench.arena.close() };
}

/** A task whose step is a whole one: gather the batch, draw the masks, forward, backward, Adam on the scores. */
export async function supermaskStep({ weights, set, backend: name, batch }) {
  const backend = await backendNamed(name);
  const { losses, close } = open({ weights, set, backend, batch });
  return { about: aboutBackend(backend), run: losses, close };
}

/**
 * Loss and gradients at the given scores, and the loss before each of some steps on the same batch, { images: u8 (60, 784), labels: u8 (60) }:
 * { loss, gradients, losses }. After the first step Adam's first moment is 1 − β₁ of the gradient.
 */
export async function supermaskCheck(weights, scores, { images, labels }, name) {
  const nothing = { images: new Uint8Array(0), labels: new Uint8Array(0) };
  const set = { images, labels, validation: nothing, test: nothing };
  const backend = await backendNamed(name);
  const arrays = {};
  for (const [l, own] of divided(scores).entries()) {
    arrays[`layer.${l}.scores`] = own;
    arrays[`layer.${l}.first`] = new Float32Array(own.length);
    arrays[`layer.${l}.second`] = new Float32Array(own.length);
  }
  const meta = { iteration: 0, beta1Power: 1, beta2Power: 1, rows: [], callMicroseconds: [] };
  const training = open({ weights, set, backend, batch: labels.length }, { meta, arrays });
  try {
    const losses = [training.losses(1)];
    const { arena, planned, options } = training.bench;
    const share = 1 - options.recipe.optimizer.beta1;
    const gradients = planned.layers.map(({ first: { offset, words } }) =>
      Float64Array.from(arena.floats.subarray(offset, offset + words), (moment) => moment / share),
    );
    while (losses.length < CHECKED_STEPS) losses.push(training.losses(1));
    return { loss: losses[0], gradients, losses };
  } finally {
    training.close();
  }
}
