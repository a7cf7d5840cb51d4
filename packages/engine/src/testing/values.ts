import { type BitMask, bernoulli, maskFromPredicate, normals, randomStream, type Stream } from '@winnow/arithmetic';
import { LANES } from '../contract.js';

/** Random streams for cases: every purpose its own number. */
export function caseStream(seed: number, purpose: number): Stream {
  return randomStream({ kind: 'augmentation', seed, trial: purpose, epoch: 0 });
}

/** Normal draws. */
export function draws(seed: number, purpose: number, count: number, scale = 1): Float32Array {
  return normals(caseStream(seed, purpose), count).map((value) => value * scale);
}

/** A mask of about this density, by independent draws. */
export function drawnMask(seed: number, length: number, density: number): BitMask {
  const bits = bernoulli(caseStream(seed, 99), density, length);
  return maskFromPredicate(length, (i) => bits[i] === 1);
}

/**
 * An activation (blocks, features, 64) for a batch: normal draws with about a third of them 0, and 0 beyond the batch.
 * @param lit whether a feature is lit at all
 */
export function activation(
  seed: number,
  purpose: number,
  features: number,
  batch: number,
  lit: (feature: number) => boolean = () => true,
): Float32Array {
  const drawn = draws(seed, purpose, features * batch);
  const values = new Float32Array(Math.ceil(batch / LANES) * features * LANES);
  for (let lane = 0; lane < batch; lane++) {
    const block = Math.floor(lane / LANES);
    for (let feature = 0; feature < features; feature++) {
      const value = drawn[lane * features + feature];
      const place = (block * features + feature) * LANES + (lane % LANES);
      if (lit(feature) && Math.abs(value) >= 0.4) values[place] = value;
    }
  }
  return values;
}
