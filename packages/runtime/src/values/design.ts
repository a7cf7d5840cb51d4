import type { MixerDesign } from '../mixing/context-mixer.js';

// Start weights are rounded from what the mixers had learned, on average, over tickets of LeNet-300-100 of 7 % to 2 %.

/** The mixer of signs. */
export const signMixer: MixerDesign = {
  contexts: [24, 20 * 10],
  numbers: 4,
  weights: [0.55, 0.5, 1.2, 0.8, 0.8, 0.6, 0.4],
  rate: 0.01,
};

/** The mixer of a level's rank among those of its sign, bit by bit of its unary number. */
export const rankMixer = (ranks: number): MixerDesign => ({
  contexts: [ranks, ranks * 10],
  numbers: 4,
  weights: [0.2, 0.6, 0.1, 0, 0.1, 0.2, -0.5],
  rate: 0.01,
});

/** The mixer of a float's upper bits, which are the path to a node of a tree. */
export const treeMixer = (nodes: number): MixerDesign => ({
  contexts: [nodes, nodes * 10],
  numbers: 0,
  weights: [0.6, 0.4, 0],
  rate: 0.003,
});
