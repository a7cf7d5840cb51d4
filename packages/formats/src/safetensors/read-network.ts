import { UserError } from '@winnow/arithmetic';
import { dense, type LayerSpec, relu } from '@winnow/engine';
import { type LoadedLayer, type LoadedNetwork, loadedNetwork } from '../loaded-network.js';
import { readSafetensors } from './read.js';
import type { Tensor } from './tensor.js';

/**
 * Reads dense layers from a safetensors file of `NAME.weight`, F32 (outputs, inputs), and `NAME.bias`, F32 (outputs): what
 * `winnow export` writes, or `save_file(model.state_dict(), …)` of a PyTorch model of linear layers. Layers are put in the
 * order in which their shapes fit together, with a ReLU between two; where several orders fit, in that of the file.
 *
 * @param file what to call the file in messages
 * @throws UserError if it is damaged, has other tensors, or its layers do not fit together
 */
export function readSafetensorsNetwork(bytes: Uint8Array, file: string): LoadedNetwork {
  const fail = (reason: string): never => {
    throw new UserError(`${file} cannot be read as dense layers: ${reason}.`);
  };
  const { tensors, metadata } = readSafetensors(bytes, file);
  const { network: name = 'imported' } = metadata;
  const layers = chained(layersIn(tensors, fail));
  if (layers === null) return fail('no order of its weights makes the outputs of each layer the inputs of the next');
  const specs: LayerSpec[] = layers.flatMap(({ biases }, l) => (l === 0 ? [] : [relu()]).concat(dense(biases.length)));
  const inputs = layers[0].weights.length / layers[0].biases.length;
  return loadedNetwork(file, name, inputs, specs, layers);
}

interface Named extends LoadedLayer {
  readonly inputs: number;
  readonly outputs: number;
}

function layersIn(tensors: ReadonlyMap<string, Tensor>, fail: (reason: string) => never): readonly Named[] {
  const layers: Named[] = [];
  for (const [name, { dtype, shape, data }] of tensors) {
    if (dtype !== 'F32') return fail(`tensor "${name}" is of ${dtype}, not F32`);
    if (name.endsWith('.bias') && tensors.has(name.replace(/bias$/, 'weight'))) continue;
    if (!name.endsWith('.weight') || shape.length !== 2) return fail(`tensor "${name}" is no matrix NAME.weight`);
    const [outputs, inputs] = shape;
    const bias = tensors.get(name.replace(/weight$/, 'bias'));
    const biases = bias?.dtype === 'F32' ? bias.data : new Float32Array(outputs);
    if (biases.length !== outputs) return fail(`layer "${name}" has ${biases.length} biases for ${outputs} outputs`);
    layers.push({ weights: data as Float32Array, biases, inputs, outputs });
  }
  return layers;
}

/** The layers in an order in which they fit together, or null. */
function chained(layers: readonly Named[]): readonly Named[] | null {
  const extended = (chain: readonly Named[]): readonly Named[] | null => {
    if (chain.length === layers.length) return chain.length === 0 ? null : chain;
    const fitting = layers.filter(
      (layer) => !chain.includes(layer) && (chain.length === 0 || layer.inputs === chain.at(-1)?.outputs),
    );
    for (const layer of fitting) {
      const whole = extended([...chain, layer]);
      if (whole !== null) return whole;
    }
    return null;
  };
  return extended([]);
}
