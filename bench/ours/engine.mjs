/** What Winnow's side of the bench takes from the engine, and the bench's data and weights in the engine's own form. */
import { maskFromPredicate } from '@winnow/arithmetic';
import { lenet300, loadBackend } from '@winnow/engine';
import { LAYERS, splitWeights } from '../lenet.mjs';

const dist = new URL('../../packages/engine/dist/', import.meta.url);
const load = (path) => import(new URL(path, dist));
const { layOutExamples } = await load('data/lay-out-examples.js');
const { openWorkplace } = await load('training/workplace.js');
const { newState } = await load('training/state.js');
const { trainCall } = await load('training/train.js');
const { writeContents, writeParameters } = await load('plan/arena-access.js');
export const { readOrdered } = await load('plan/arena-access.js');

export const network = lenet300();
/** What a byte is multiplied by. */
export const SCALE = Math.fround(1 / 255);

/** The recipe of the bench's steps, without an end. */
export const ENDLESS = 0x7fff_ffff;

const laidOut = new WeakMap();

/** A training set of the bench, { images, labels, validation, test }, as the kernels read it; laid out once. */
export function layOutSet(set) {
  if (!laidOut.has(set)) {
    const description = { name: 'bench', digest: '', features: LAYERS[0].inputs, classes: 10, scale: SCALE };
    const selection = ({ images, labels }) => ({ images, labels, indices: Uint32Array.from(labels.keys()) });
    const sets = { train: selection(set), validation: selection(set.validation), test: selection(set.test) };
    laidOut.set(set, layOutExamples(description, sets));
  }
  return laidOut.get(set);
}

/** Raw weights (0 is pruned) as { masks, parameters }. */
export function survivorsIn(values) {
  const layers = splitWeights(values);
  return {
    masks: layers.map(({ weight }) => maskFromPredicate(weight.length, (position) => weight[position] !== 0)),
    parameters: layers.map(({ weight, bias }) => ({ weights: weight.filter((value) => value !== 0), biases: bias })),
  };
}

export const backendNamed = (backend) => loadBackend({ backend });

/**
 * Opens a training over data that is laid out: { workplace, state, run(steps), close() }, where `run` does whole steps: batches and constants
 * are written, then the kernels run.
 */
export function openTraining({ backend, network: trained = network, masks, parameters, data, recipe, threads = 1 }) {
  const workplace = openWorkplace({
    backend,
    network: trained,
    masks,
    start: parameters,
    recipe,
    data,
    seed: 1,
    trial: 0,
    startIteration: 0,
    threads,
  });
  const { plan, arena } = workplace;
  writeContents(plan, arena);
  writeParameters(plan, arena, parameters);
  const state = newState(workplace);
  return {
    workplace,
    state,
    run(steps) {
      const [target, before] = [state.iteration + steps, state.lossesSinceRow];
      while (state.iteration < target) trainCall(workplace, state, target);
      return (state.lossesSinceRow - before) / steps;
    },
    close: () => arena.close(),
  };
}

/** How a backend is named beside its results. */
export const aboutBackend = ({ name, isa }) => (isa === null ? name : `${name}, ${isa}`);
