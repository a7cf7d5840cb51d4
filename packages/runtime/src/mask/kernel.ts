import type { PaddedPicture } from './picture.js';

/** Neighbours of a pixel: how far each stands in the padded array, and what it weighs. */
export interface Kernel {
  readonly steps: Int32Array;
  readonly weights: Float64Array;
}

/** The pixels around one, itself included, to a distance of √8, weighed 1 / (1 + d²). */
export function around({ stride }: PaddedPicture): Kernel {
  return kernel(stride, 2, (_dx, _dy, squared) => (squared <= 8 ? 1 / (1 + squared) : 0));
}

/** Those that come before a pixel, row by row, to a distance of 2, weighed d^(−3/2). */
export function nearBefore({ stride }: PaddedPicture): Kernel {
  return kernel(stride, 2, (dx, dy, squared) => {
    const distance = Math.sqrt(squared);
    return isBefore(dx, dy) && squared <= 4 ? 1 / (distance * Math.sqrt(distance)) : 0;
  });
}

/** Those that come before a pixel, to a distance of √26, weighed 1 / d. */
export function farBefore({ stride }: PaddedPicture): Kernel {
  return kernel(stride, 5, (dx, dy, squared) => (isBefore(dx, dy) && squared <= 26 ? 1 / Math.sqrt(squared) : 0));
}

const isBefore = (dx: number, dy: number): boolean => dy < 0 || (dy === 0 && dx < 0);

/** Row by row, left to right: the order in which sums are taken is part of the format. */
function kernel(stride: number, reach: number, weigh: (dx: number, dy: number, squared: number) => number): Kernel {
  const steps: number[] = [];
  const weights: number[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const weight = weigh(dx, dy, dx * dx + dy * dy);
      if (weight === 0) continue;
      steps.push(dy * stride + dx);
      weights.push(weight);
    }
  }
  return { steps: Int32Array.from(steps), weights: Float64Array.from(weights) };
}

/** The weighed sum of a pixel's neighbours. */
export function sumOf({ steps, weights }: Kernel, values: Float64Array, place: number): number {
  let sum = 0;
  for (let i = 0; i < steps.length; i++) sum += weights[i] * values[place + steps[i]];
  return sum;
}
