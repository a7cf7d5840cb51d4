import { type BitMask, countOnes, maskFromBytes, UserError } from '@winnow/arithmetic';
import {
  type LayerParameters,
  type Masks,
  type Network,
  type Parameters,
  requireParametersOf,
  type WeightLayer,
  weightLayers,
} from '@winnow/engine';
import { shown } from './safetensors/header.js';
import { readSafetensors } from './safetensors/read.js';
import { bytesTensor, float32Tensor, type Tensor } from './safetensors/tensor.js';
import { writeSafetensors } from './safetensors/write.js';

/** A network's survivors, where they stand, and whatever text belongs to them. */
export interface StoredParameters {
  readonly masks: Masks;
  readonly parameters: Parameters;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Metadata that this file writes itself: which layout the tensors have. */
const FORMAT_KEY = 'format';
const FORMAT = 'winnow parameters 1';

/**
 * A network's survivors as a safetensors file. A pruned weight takes no more than its mask's bit. For each layer:
 *
 *     <layer>.weights   F32 (survivors)          in row order
 *     <layer>.mask      U8  (⌈weights / 8⌉)      bit i, lowest first, is 1 where weight i survives
 *     <layer>.biases    F32 (outputs)
 *
 * @throws RangeError if masks and parameters do not fit the network, or the metadata says `format`
 */
export function writeParameters(
  network: Network,
  masks: Masks,
  parameters: Parameters,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  requireParametersOf(network, masks, parameters);
  if (Object.hasOwn(metadata, FORMAT_KEY)) throw new RangeError(`the metadata "${FORMAT_KEY}" is the file's own`);
  const tensors = new Map<string, Tensor>();
  for (const [l, { name }] of weightLayers(network).entries()) {
    tensors.set(`${name}.weights`, float32Tensor(parameters[l].weights));
    tensors.set(`${name}.biases`, float32Tensor(parameters[l].biases));
    tensors.set(`${name}.mask`, bytesTensor(masks[l].bytes));
  }
  return writeSafetensors({ tensors, metadata: { [FORMAT_KEY]: FORMAT, ...metadata } });
}

/**
 * Reads what `writeParameters` wrote, without trusting it.
 *
 * @param file what to call the file in messages
 * @throws UserError if it is no such file, or not one of this network
 */
export function readParameters(bytes: Uint8Array, network: Network, file: string): StoredParameters {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const { [FORMAT_KEY]: format, ...rest } = metadata;
  if (format !== FORMAT) {
    throw new UserError(`${file} holds no parameters of Winnow: its format is ${shown(format)}, not "${FORMAT}".`);
  }
  const fail: Fail = (reason) => {
    throw new UserError(`${file} does not fit network "${network.name}": ${reason}.`);
  };
  const layers = weightLayers(network);
  if (tensors.size !== 3 * layers.length) fail(`it has ${tensors.size} tensors in place of ${3 * layers.length}`);
  const masks = layers.map((layer) => maskIn(tensors, layer, fail));
  const parameters = layers.map((layer, l) => parametersIn(tensors, layer, countOnes(masks[l]), fail));
  return { masks, parameters, metadata: rest };
}

type Fail = (reason: string) => never;
type Tensors = ReadonlyMap<string, Tensor>;

function maskIn(tensors: Tensors, { name, weights }: WeightLayer, fail: Fail): BitMask {
  const tensor = listIn(tensors, `${name}.mask`, 'U8', fail);
  try {
    return maskFromBytes(weights, tensor.data);
  } catch (error) {
    if (error instanceof RangeError) return fail(`the mask of layer "${name}" is damaged, as ${error.message}`);
    throw error;
  }
}

function parametersIn(tensors: Tensors, layer: WeightLayer, survivors: number, fail: Fail): LayerParameters {
  const { data: weights } = listIn(tensors, `${layer.name}.weights`, 'F32', fail);
  const { data: biases } = listIn(tensors, `${layer.name}.biases`, 'F32', fail);
  if (weights.length !== survivors) {
    fail(`layer "${layer.name}" has ${weights.length} weights and a mask of ${survivors}`);
  }
  if (biases.length !== layer.biases) {
    fail(`layer "${layer.name}" has ${biases.length} biases in place of ${layer.biases}`);
  }
  return { weights, biases };
}

/** The tensor of one dimension that has this name and type. */
function listIn<T extends Tensor['dtype']>(
  tensors: Tensors,
  name: string,
  dtype: T,
  fail: Fail,
): Extract<Tensor, { dtype: T }> {
  const tensor = tensors.get(name);
  if (!tensor) return fail(`there is no tensor "${name}"`);
  if (!isOfType(tensor, dtype) || tensor.shape.length !== 1) return fail(`tensor "${name}" is no list of ${dtype}`);
  return tensor;
}

function isOfType<T extends Tensor['dtype']>(tensor: Tensor, dtype: T): tensor is Extract<Tensor, { dtype: T }> {
  return tensor.dtype === dtype;
}
