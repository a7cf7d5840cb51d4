import type { Stream } from '@winnow/arithmetic';
import type { WeightLayer } from '../network/network.js';

/** How the weights of a layer start: standard draws in f32, times a scale in f64, rounded once to f32. */
export interface Initialiser {
  /** Element i belongs to position i of the stream, whatever the count. */
  draw(stream: Stream, count: number): Float32Array;
  scale(layer: WeightLayer): number;
}
