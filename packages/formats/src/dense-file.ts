import { denseTensors, type Masks, type Network, type Parameters, tensorsBeside, weightLayers } from '@winnow/engine';
import { float32Tensor, type Tensor } from './safetensors/tensor.js';
import { writeSafetensors } from './safetensors/write.js';

/**
 * A network as a safetensors file for other tools: for each layer `<layer>.weight`, F32 (outputs, inputs) with 0 where a
 * weight is pruned, and `<layer>.bias`, F32 (outputs), or those of its batch norm (see `tensorsBeside`).
 *
 * @throws RangeError if masks and parameters do not fit the network
 */
export function writeDenseTensors(
  network: Network,
  masks: Masks,
  parameters: Parameters,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const weights = denseTensors(network, masks, parameters);
  const tensors = new Map<string, Tensor>();
  for (const [l, layer] of weightLayers(network).entries()) {
    tensors.set(`${layer.name}.weight`, float32Tensor(weights[l], layer.shape));
    for (const [name, values] of tensorsBeside(layer, parameters[l].biases)) {
      tensors.set(`${layer.name}.${name}`, float32Tensor(values));
    }
  }
  return writeSafetensors({ tensors, metadata });
}
