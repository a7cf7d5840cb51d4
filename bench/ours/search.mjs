import { dataOrder, denseTensors, recipeFor, startTraining } from '@winnow/engine';
import { iterativePruning } from '@winnow/tickets';
import { PRUNING } from '../lenet.mjs';
import { backendNamed, layOutSet, network } from './engine.mjs';

/**
 * A whole search by iterative pruning, on one thread, to its end: `rounds` rounds after the dense training, levels of `iterations` iterations,
 * evaluated every hundred. `onLevel(level, weights)` is awaited before each level, outside the clocks, with the weights that it
 * starts from. Resolves to a list of levels: microseconds of training (all but evaluation: pruning, planning and the tables of the steps too) and of
 * evaluation, and how often validation and test sets were judged.
 */
export async function search({ set, backend: name, rounds, iterations, onLevel }) {
  const backend = await backendNamed(name);
  const data = layOutSet(set);
  const order = dataOrder({ seed: 1, trial: 0, count: data.train.count });
  const recipe = recipeFor(network, { iterations });
  const levels = [];
  let mark = performance.now();
  const train = async (start, { level }) => {
    const pruningMilliseconds = performance.now() - mark;
    await onLevel(level, rawWeights(start));
    mark = performance.now();
    const run = startTraining({ ...start, backend, network, recipe, data, seed: 1, trial: 0, order });
    try {
      while (run.next() !== null);
      const result = run.result();
      const milliseconds = pruningMilliseconds + performance.now() - mark;
      levels.push({
        trainingMicroseconds: 1e3 * milliseconds - 1e6 * result.evaluationSeconds,
        evaluationMicroseconds: 1e6 * result.evaluationSeconds,
        validations: result.rows.length,
        tests: result.rows.filter(({ testLoss }) => testLoss !== null).length,
      });
      mark = performance.now();
      return result;
    } finally {
      run.close();
    }
  };
  const settings = {
    network,
    recipe,
    pruning: { criterion: 'large-final', scope: 'layer', keepLayersAlive: false, ...PRUNING },
    schedule: 'iterative',
    rewind: { kind: 'iteration', iteration: 0 },
    seed: 1,
    trial: 0,
  };
  for await (const _ of iterativePruning({ ...settings, rounds, train }));
  return levels;
}

/** Masks and start values as the bench writes them: weights with zeros, then biases, layer by layer. */
function rawWeights({ masks, start }) {
  const tensors = denseTensors(network, masks, start);
  const parts = tensors.flatMap((tensor, layer) => [tensor, start[layer].biases]);
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part, offset);
    offset += part.length;
  }
  return values;
}
