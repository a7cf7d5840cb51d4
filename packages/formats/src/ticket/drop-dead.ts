import type { TicketNetwork, TicketTensors } from '@winnow/runtime';
import { denseLayers } from '@winnow/runtime/format';

/** A network's masks and values while they are packed: (outputs, inputs) bytes of 0 and 1, and what the survivors are. */
export interface Packed {
  readonly survives: readonly Uint8Array[];
  readonly tensors: readonly TicketTensors[];
}

/**
 * The same function with fewer weights: those of inputs that are never lit, of units that say nothing but 0, and of units that nobody
 * reads. For examples that light no other input all logits keep their bits, since each sum loses terms of 0 alone.
 *
 * @param lit (inputs), whether any example lights an input
 */
export function withoutDead(network: TicketNetwork, packed: Packed, lit: Uint8Array): Packed {
  const layers = denseLayers(network);
  const hasRelu = network.layers.flatMap(({ kind }, i) =>
    kind === 'dense' ? [network.layers[i + 1]?.kind === 'relu'] : [],
  );
  const survives = packed.survives.map((layer) => layer.slice());
  const tensors = packed.tensors.map(({ weights, biases }) => ({ weights: weights.slice(), biases: biases.slice() }));
  const drop = (l: number, at: number): void => {
    survives[l][at] = 0;
    tensors[l].weights[at] = 0;
  };

  let speaks = lit;
  for (const [l, { inputs, outputs }] of layers.entries()) {
    for (let at = 0; at < survives[l].length; at++)
      if (speaks[at % inputs] === 0 || tensors[l].weights[at] === 0) drop(l, at);
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
    for (let at = 0; at < survives[l + 1].length; at++) isRead[at % outputs] |= survives[l + 1][at];
    for (let at = 0; at < survives[l].length; at++) if (isRead[Math.floor(at / inputs)] === 0) drop(l, at);
    for (let unit = 0; unit < outputs; unit++) if (isRead[unit] === 0) tensors[l].biases[unit] = 0;
  }
  return { survives, tensors };
}
