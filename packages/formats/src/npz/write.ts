import { denseTensors, type Masks, type Network, type Parameters, tensorsBeside, weightLayers } from '@winnow/engine';
import { zipSync } from 'fflate';

/**
 * A network as NumPy's `.npz`: for each layer `<layer>.weight`, f32 (outputs, inputs), or (outputs, channels,
 * kernel, kernel) of a convolution, with 0 where a weight is pruned, and `<layer>.bias`, f32 (outputs), or those of its batch norm (see `tensorsBeside`); deflated, so that zeros take little.
 *
 * @throws RangeError if masks and parameters do not fit the network
 */
export function writeNpz(network: Network, masks: Masks, parameters: Parameters): Uint8Array {
  const weights = denseTensors(network, masks, parameters);
  const arrays = weightLayers(network).flatMap((layer, l) => [
    [`${layer.name}.weight.npy`, npy(layer.shape, weights[l])] as const,
    ...tensorsBeside(layer, parameters[l].biases).map(
      ([name, values]) => [`${layer.name}.${name}.npy`, npy([layer.outputs], values)] as const,
    ),
  ]);
  // A fixed date, so that the same network gives the same bytes; zip knows none before 1980.
  return zipSync(Object.fromEntries(arrays), { level: 9, mtime: new Date(1980, 0, 1) });
}

/** One array in NumPy's format 1.0: magic, version, length of the header, header padded to 64 bytes, little-endian f32. */
function npy(shape: readonly number[], values: Float32Array): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + 4 * values.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8]);
  bytes.set(new TextEncoder().encode(`${header.padEnd(length - 1)}\n`), 10);
  const view = new DataView(bytes.buffer, 10 + length);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i], true);
  return bytes;
}
