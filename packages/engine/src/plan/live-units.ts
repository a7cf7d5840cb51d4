import { type BitMask, maskIndices } from '@winnow/arithmetic';
import type { Masks } from '../masks.js';
import type { Network, WeightLayer } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';

/** The inputs and outputs of a layer that a plan computes, ascending. */
export interface LiveUnits {
  readonly inputs: Uint32Array;
  readonly outputs: Uint32Array;
}

/** What is known of the examples and the parameters of a network. */
export interface Known {
  /** For each input of the network, not 0 if some example of the data lights it. */
  readonly lit: Uint8Array;
  /** Of each weight layer, as they are and, if it is trained, were at the start; null if the units are to be those of any biases. */
  readonly biases: readonly Float32Array[] | null;
}

/**
 * For each weight layer the units that can matter: outputs from which a path of survivors leads to the network's output, and inputs
 * with a survivor to such an output that are not 0 in every example. Any other unit is 0 in every example or read by none that
 * matters, so that skipping it changes no bit. Its survivors have the gradient +0. Of convolutions whole channels are taken or left
 * out, and at least one is taken; all are taken of the pictures that a network reads, and of a network with batch norms or dropouts.
 * Whoever knows the biases takes no unit that is not taken without them.
 */
export function liveUnits(network: Network, masks: Masks, known: Known): readonly LiveUnits[] {
  if (needsAllUnits(network)) return allUnits(network);
  const layers = weightLayers(network);
  const speaks = unitsThatSpeak(network, layers, masks, known);
  const ofAnyBiases = known.biases === null ? null : liveUnits(network, masks, { ...known, biases: null });
  const live: LiveUnits[] = [];
  let outputs = allOf(network.classes);
  for (let l = layers.length - 1; l >= 0; l--) {
    if (l === 0 && layers[l].kind === 'convolution') {
      live.unshift({ inputs: allOf(layers[l].inputs), outputs });
      break;
    }
    const read = unitsRead(layers, l, masks[l], outputs);
    const units = speaks[l].map((itSpeaks, unit) => itSpeaks & read[unit]);
    // Kernels of pictures expect a channel.
    if (l > 0 && layers[l - 1].kind === 'convolution' && !units.includes(1)) {
      units[ofAnyBiases?.[l - 1].outputs[0] ?? 0] = 1;
    }
    const per = inputsPerUnit(layers, l);
    live.unshift({ inputs: allOf(layers[l].inputs).filter((input) => units[Math.floor(input / per)] === 1), outputs });
    outputs = allOf(units.length).filter((unit) => units[unit] === 1);
  }
  return live;
}

/** Whether every unit of a network is live, whatever the masks: what nothing reads still has running statistics; dropout draws by position. */
export function needsAllUnits({ layers }: Network): boolean {
  return layers.some(({ kind }) => kind === 'residual' || kind === 'batch-norm' || kind === 'dropout');
}

/** The features of an example that a network's first layer reads, ascending: all of a picture. */
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

/** Values of a layer's input that come from one unit of the layer before, or from one channel or feature of an example. */
function inputsPerUnit(layers: readonly WeightLayer[], l: number): number {
  if (l > 0) return layers[l].inputs / layers[l - 1].outputs;
  return layers[l].kind === 'convolution' ? layers[l].inputs / layers[l].shape[1] : 1;
}

/**
 * For each weight layer, which units of its input may be other than 0 (1 for each that may). A unit is 0 in every example if a ReLU follows,
 * its bias is at most 0 and its survivors read nothing else; no gradient passes that ReLU, so that it stays so.
 */
function unitsThatSpeak(
  network: Network,
  layers: readonly WeightLayer[],
  masks: Masks,
  { lit, biases }: Known,
): readonly Uint8Array[] {
  const hasRelu = network.layers.flatMap(({ kind }, i) =>
    kind === 'dense' || kind === 'convolution' ? [network.layers[i + 1]?.kind === 'relu'] : [],
  );
  let speaks = layers[0].kind === 'dense' ? lit.map((isLit) => (isLit === 0 ? 0 : 1)) : ones(layers[0].shape[1]);
  const found = [speaks];
  for (const [l, { inputs, outputs }] of layers.slice(0, -1).entries()) {
    if (biases === null || !hasRelu[l]) {
      speaks = ones(outputs);
    } else {
      const heard = speaks;
      const per = inputsPerUnit(layers, l);
      speaks = Uint8Array.from(biases[l], (bias) => (bias > 0 ? 1 : 0));
      for (const position of maskIndices(masks[l])) {
        speaks[Math.floor(position / inputs)] |= heard[Math.floor((position % inputs) / per)];
      }
    }
    found.push(speaks);
  }
  return found;
}

const ones = (count: number): Uint8Array => new Uint8Array(count).fill(1);

/** Which units of a layer's input have a survivor to one of these outputs. */
function unitsRead(layers: readonly WeightLayer[], l: number, mask: BitMask, by: Uint32Array): Uint8Array {
  const { inputs, outputs } = layers[l];
  const per = inputsPerUnit(layers, l);
  const isLive = new Uint8Array(outputs);
  for (const output of by) isLive[output] = 1;
  const isRead = new Uint8Array(inputs / per);
  for (const position of maskIndices(mask)) {
    if (isLive[Math.floor(position / inputs)] === 1) isRead[Math.floor((position % inputs) / per)] = 1;
  }
  return isRead;
}
