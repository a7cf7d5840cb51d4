import type { TicketNetwork, TicketTensors } from '@winnow/runtime';
import { weightLayers } from '@winnow/runtime/format';

/** A network's masks and values while they are packed: (outputs, inputs) bytes of 0 and 1, and what the survivors are. */
export interface Packed {
  readonly survives: readonly Uint8Array[];
  readonly tensors: readonly TicketTensors[];
}

/**
 * The same function with fewer weights: those of inputs that are never lit, of units or channels that say nothing but 0, and of those that
 * nobody reads. For examples that light no other input all logits keep their bits, since each sum loses terms of 0 alone.
 *
 * @param lit (inputs), whether any example lights an input
 */
export function withoutDead(network: TicketNetwork, packed: Packed, lit: Uint8Array): Packed {
  const layers = weightLayers(network);
  const { layers: all } = network;
  const hasRelu = all.flatMap(({ kind }, i) =>
    kind === 'dense' || kind === 'convolution' ? [all[i + 1]?.kind === 'relu'] : [],
  );
  const survives = packed.survives.map((layer) => layer.slice());
  const tensors = packed.tensors.map(({ weights, biases }) => ({ weights: weights.slice(), biases: biases.slice() }));
  const drop = (l: number, at: number): void => {
    survives[l][at] = 0;
    tensors[l].weights[at] = 0;
  };
  const unitOf = (l: number, at: number): number => Math.floor((at % layers[l].inputs) / layers[l].inputsPerUnit);

  let speaks = litUnits(lit, layers[0].inputs / layers[0].inputsPerUnit);
  for (const [l, { inputs, outputs }] of layers.entries()) {
    for (let at = 0; at < survives[l].length; at++)
      if (speaks[unitOf(l, at)] === 0 || tensors[l].weights[at] === 0) drop(l, at);
    speaks = new Uint8Array(outputs);
    for (let unit = 0; unit < outputs; unit++) {
      const reads = survives[l].subarray(unit * inputs, (unit + 1) * inputs).includes(1);
      const bias = tensors[l].biases[unit];
      speaks[unit] = reads || (hasRelu[l] ? bias > 0 : bias !== 0) ? 1 : 0;
    }
  }
  for (let l = layers.length - 2; l >= 0; l--) {
    const { inputs, outputs } = layers[l];
    const isRead = new Uint8Array(outputs);
    for (let at = 0; at < survives[l + 1].length; at++) isRead[unitOf(l + 1, at)] |= survives[l + 1][at];
    for (let at = 0; at < survives[l].length; at++) if (isRead[Math.floor(at / inputs)] === 0) drop(l, at);
    for (let unit = 0; unit < outputs; unit++) if (isRead[unit] === 0) tensors[l].biases[unit] = 0;
  }
  return { survives, tensors };
}

/** Of so many units, each as many inputs in a row, those of which any is lit. */
function litUnits(lit: Uint8Array, units: number): Uint8Array {
  const found = new Uint8Array(units);
  for (let input = 0; input < lit.length; input++) found[Math.floor((input * units) / lit.length)] |= lit[input];
  return found;
}
