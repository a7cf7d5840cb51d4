import type { LoadedLayer } from '../loaded-network.js';
import { type Constants, type Fail, shownNode } from './nodes.js';
import type { OnnxNode } from './schema.js';

/** What Winnow's batch norms add to a variance (docs/arithmetic.md), which is ONNX' default too. */
const EPSILON = 1e-5;

/**
 * A layer with the batch norm behind it: its scales, shifts, means and variances in place of biases. A bias before the norm goes into the
 * mean, another epsilon into the variance, each rounded once.
 */
export function normalised(layer: LoadedLayer, node: OnnxNode, constants: Constants, fail: Fail): LoadedLayer {
  const outputs = layer.biases.length;
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((at) => {
    const constant = constants.get(node.input[at] ?? '');
    if (constant === undefined) return fail(`${shownNode(node)} has a tensor that is no constant`);
    if (constant.values.length !== outputs)
      fail(`${shownNode(node)} has ${constant.values.length} values for ${outputs} channels`);
    return constant.values;
  });
  const more = (node.attribute.find(({ name }) => name === 'epsilon')?.f ?? EPSILON) - EPSILON;
  const isUsual = Math.fround(more + EPSILON) === Math.fround(EPSILON);
  const biases = new Float32Array(4 * outputs);
  biases.set(scale);
  biases.set(shift, outputs);
  biases.set(
    mean.map((value, i) => value - layer.biases[i]),
    2 * outputs,
  );
  biases.set(isUsual ? variance : variance.map((value) => value + more), 3 * outputs);
  if (biases.subarray(3 * outputs).some((value) => value < 0)) fail(`${shownNode(node)} has a variance below 0`);
  return { ...layer, biases };
}
