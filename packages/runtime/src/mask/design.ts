import type { MixerDesign } from '../mixing/context-mixer.js';

/**
 * The mixer of a mask's bits (docs/ticket-format.md, "Mask"). Its start weights are what it had learned, on average, over tickets of
 * LeNet-300-100 of 17 % to 2 %.
 */
export function maskMixer(hasPicture: boolean): MixerDesign {
  return {
    contexts: [36, 18 * 12, 20 * 20, 24 * 16],
    numbers: 8,
    weights: hasPicture ? pictureWeights : plainWeights,
    rate: 0.003,
  };
}

const pictureWeights = [0.32, 0.83, 0, 0.12, 0.41, 0.39, 0.6, 0.49, 0.46, -0.04, 0.32, -0.24, 0];
const plainWeights = [0.5, 0.34, 0.47, -0.13, 0.46, 0, 0, 0, 0, 0.17, 0.49, 0, 0.08];
