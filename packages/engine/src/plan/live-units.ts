import { type BitMask, maskIndices } from '@winnow/arithmetic';
import type { Masks } from '../masks.js';
import type { Network, WeightLayer } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';

/** The inputs and outputs of a layer that a plan computes, ascending. */
export interface LiveUnits {
  readonly inputs: Uint32Array;
  readonly outputs: Uint32Array;
}

/**
 * For each weight layer the units that can matter: outputs from which a path of survivors leads to the network's output,
 * and inputs with a survivor to such an output that are lit in some example. Any other unit is 0 in every example or read
 * by none that matters, so that skipping it changes no bit. Its survivors have the gradient +0. Of convolutions, and of a dense
 * layer that reads one, all are taken; so are all of a network with batch norms or dropouts.
 *
 * @param lit for each input of the network, not 0 if some example of the data lights it
 */
export function liveUnits(network: Network, masks: Masks, lit: Uint8Array): readonly LiveUnits[] {
  const layers = weightLayers(network);
  // A unit that nothing reads still has running statistics.
  if (layers.some(({ normalised }) => normalised)) return allUnits(network);
  // Dropout draws by position.
  if (network.layers.some(({ kind }) => kind === 'dropout')) return allUnits(network);
  const live: LiveUnits[] = [];
  let outputs = allOf(network.classes);
  for (let l = layers.length - 1; l >= 0; l--) {
    // Pictures are whole: their channels lie where kernels of convolutions and poolings expect them.
    if (layers[l].kind === 'convolution') {
      live.unshift(allUnitsOf(layers[l]));
      continue;
    }
    const read = inputsRead(layers[l], masks[l], outputs);
    const inputs = l > 0 ? read : read.filter((feature) => lit[feature] !== 0);
    const whole = l > 0 && layers[l - 1].kind === 'convolution';
    live.unshift({ inputs: whole ? allOf(layers[l].inputs) : inputs, outputs });
    outputs = inputs;
  }
  return live;
}

/** The features of an example that a network's first layer reads, ascending. */
export function featuresRead({ inputs, layers }: Network, [first]: readonly LiveUnits[]): Uint32Array {
  return layers[0].kind === 'convolution' ? allOf(inputs) : first.inputs;
}

/** Every input and output of every layer. */
export function allUnits(network: Network): readonly LiveUnits[] {
  return weightLayers(network).map(allUnitsOf);
}

/** Every input and output of one layer. */
export function allUnitsOf({ inputs, outputs }: Pick<WeightLayer, 'inputs' | 'outputs'>): LiveUnits {
  return { inputs: allOf(inputs), outputs: allOf(outputs) };
}

const allOf = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, unit) => unit);

/** All of `count` units: the live ones, then the others, ascending. */
export function liveFirst(live: Uint32Array, count: number): Uint32Array {
  const isLive = new Uint8Array(count);
  for (const unit of live) isLive[unit] = 1;
  const order = new Uint32Array(count);
  order.set(live);
  order.set(
    allOf(count).filter((unit) => isLive[unit] === 0),
    live.length,
  );
  return order;
}

/** The inputs with a survivor to one of these outputs. */
function inputsRead({ inputs, outputs }: WeightLayer, mask: BitMask, of: Uint32Array): Uint32Array {
  const isLive = new Uint8Array(outputs);
  for (const output of of) isLive[output] = 1;
  const isRead = new Uint8Array(inputs);
  for (const position of maskIndices(mask)) {
    if (isLive[Math.floor(position / inputs)] === 1) isRead[position % inputs] = 1;
  }
  return allOf(inputs).filter((input) => isRead[input] === 1);
}
