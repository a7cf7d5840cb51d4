import { denseTensors, type Masks, type Network, type Parameters, weightLayers } from '@winnow/engine';
import { float32Tensor, type Tensor } from './safetensors/tensor.js';
import { writeSafetensors } from './safetensors/write.js';

/**
 * A network as a safetensors file for other tools: for each layer `<layer>.weight`, F32 (outputs, inputs) with 0 where a
 * weight is pruned, and `<layer>.bias`, F32 (outputs).
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
  for (const [l, { name, shape }] of weightLayers(network).entries()) {
    tensors.set(`${name}.weight`, float32Tensor(weights[l], shape));
    tensors.set(`${name}.bias`, float32Tensor(parameters[l].biases));
  }
  return writeSafetensors({ tensors, metadata });
}
