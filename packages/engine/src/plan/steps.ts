import type { AveragePoolLayer, ImageShape, MaxPoolLayer, SubsampleLayer } from '../network/network.js';
import type { Region } from './layout.js';
import type { Content } from './plan.js';

/** What one step of a network hands to the next: (blocks, count, 64) f32. */
export interface Value {
  readonly region: Region;
  /** Where evaluation finds it: the same, but behind a dropout, which it leaves out. */
  readonly judged: Region;
  /** Live units, or values of a picture. */
  readonly count: number;
  /** Whether a ReLU has been applied. */
  readonly relu: boolean;
  /** The same shape: the loss's gradient before the ReLU; null where nobody asks for it. Values of one sum share it. */
  readonly gradient: Region | null;
}

/** A max pooling that the kernels of a convolution do themselves: its result is never whole in memory. */
export interface PoolingWithin {
  /** Whether a ReLU comes first. */
  readonly relu: boolean;
  /** See the instruction table. */
  readonly winners: Region;
}

/** How a step that only passes over values is divided among threads: by channels or by lines of 64 values, see `divide`. null if it is not. */
interface Dividable {
  readonly division: Content | null;
}

/** A step of the forward pass, in order; the backward pass goes through them from the last to the first. */
export type Step =
  /** A weight layer, by its index, and the ReLU after it; for some convolutions also the max pooling after that. */
  | {
      readonly kind: 'weights';
      readonly layer: number;
      readonly pooling: PoolingWithin | null;
      readonly from: Value;
      readonly to: Value;
    }
  /** The batch norm of a weight layer, what is added to what it gives (a shortcut, or what a shortcut is added to), and the ReLU after it. */
  | (Dividable & {
      readonly kind: 'batch-norm';
      readonly layer: number;
      readonly shape: ImageShape;
      readonly statistics: Region;
      /** What training works in: `normScratch` words for each thread. */
      readonly scratch: Region | null;
      readonly added: Value | null;
      readonly from: Value;
      readonly to: Value;
    })
  | { readonly kind: 'max-pool'; readonly pool: MaxPoolLayer; readonly from: Value; readonly to: Value }
  | { readonly kind: 'average-pool'; readonly pool: AveragePoolLayer; readonly from: Value; readonly to: Value }
  | { readonly kind: 'subsample'; readonly layer: SubsampleLayer; readonly from: Value; readonly to: Value }
  /** The dropout of this number, from 0 on. */
  | (Dividable & {
      readonly kind: 'dropout';
      readonly number: number;
      readonly rate: number;
      readonly factor: Region;
      /** Written before the first step. */
      readonly stream: Region;
      readonly from: Value;
      readonly to: Value;
    })
  /** Where a residual layer begins: nothing to do forward; backward the shortcut's gradient is added to the body's. */
  | (Dividable & { readonly kind: 'branch'; readonly from: Value; readonly shortcutGradient: Region | null })
  /** Body plus shortcut, where no batch norm adds them, and the ReLU after it. Its gradient is theirs. */
  | (Dividable & { readonly kind: 'add'; readonly body: Value; readonly shortcut: Value; readonly to: Value });

/** A network's steps, and what they begin and end with. */
export interface Steps {
  readonly steps: readonly Step[];
  readonly input: Value;
  readonly logits: Value;
}
