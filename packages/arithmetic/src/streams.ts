import { packedStream, type Stream, type StreamPlace } from './packed-stream.js';
import { INITIAL_VALUES, REINIT } from './start-stream.js';

/**
 * What a random stream is for, and all that it depends on. Everything drawn in this project comes from one of these.
 * The place inside a stream (weight, image, step of a shuffle) is the position given with each draw.
 */
export type StreamName =
  | { readonly kind: 'split'; readonly seed: number }
  | { readonly kind: 'initial-values'; readonly seed: number; readonly trial: number; readonly layer: number }
  | { readonly kind: 'data-order'; readonly seed: number; readonly trial: number; readonly epoch: number }
  | { readonly kind: 'distilled-labels'; readonly seed: number; readonly trial: number; readonly epoch: number }
  | { readonly kind: 'augmentation'; readonly seed: number; readonly trial: number; readonly epoch: number }
  | ({ readonly kind: 'reinit' } & ReplicateOfLayer)
  | ({ readonly kind: 'random-mask' | 'mask-shuffle' } & ReplicateOfLayer)
  | {
      readonly kind: 'random-order' | 'reshuffle' | 'signs' | 'sparse-start';
      readonly seed: number;
      readonly trial: number;
      readonly level: number;
      readonly layer: number;
    }
  | ({ readonly kind: 'dropout' } & IterationOfLayer)
  | ({ readonly kind: 'supermask-training' } & IterationOfLayer)
  | {
      readonly kind: 'supermask-scores';
      readonly seed: number;
      readonly trial: number;
      readonly layer: number;
    }
  | {
      readonly kind: 'supermask-evaluation';
      readonly seed: number;
      readonly trial: number;
      readonly sample: number;
      readonly layer: number;
    };

interface ReplicateOfLayer {
  readonly seed: number;
  readonly trial: number;
  readonly level: number;
  readonly replicate: number;
  readonly layer: number;
}

interface IterationOfLayer {
  readonly seed: number;
  readonly trial: number;
  readonly iteration: number;
  readonly layer: number;
}

/** The number of each kind, part of the key. Once given, a number is never changed or used again. */
const streamNumbers = {
  split: 0,
  'initial-values': INITIAL_VALUES,
  'data-order': 2,
  augmentation: 3,
  reinit: REINIT,
  'random-mask': 5,
  dropout: 6,
  'supermask-training': 7,
  'supermask-evaluation': 8,
  'random-order': 9,
  'supermask-scores': 11,
  reshuffle: 12,
  signs: 13,
  'distilled-labels': 14,
  'sparse-start': 15,
  'mask-shuffle': 16,
} as const satisfies Record<StreamName['kind'], number>;

/** The stream of a name. @throws RangeError for a field that is no integer or does not fit; see `packedStream` */
export function randomStream(name: StreamName): Stream {
  return packedStream(streamNumbers[name.kind], placeOf(name));
}

function placeOf(name: StreamName): StreamPlace {
  const { seed } = name;
  switch (name.kind) {
    case 'split':
      return { seed };
    case 'initial-values':
    case 'supermask-scores':
      return { seed, layer: name.layer, trial: name.trial };
    case 'data-order':
    case 'augmentation':
    case 'distilled-labels':
      return { seed, trial: name.trial, time: name.epoch };
    case 'reinit':
    case 'random-mask':
    case 'mask-shuffle':
      return { seed, layer: name.layer, replicate: name.replicate, trial: name.trial, time: name.level };
    case 'random-order':
    case 'reshuffle':
    case 'signs':
    case 'sparse-start':
      return { seed, layer: name.layer, trial: name.trial, time: name.level };
    case 'dropout':
    case 'supermask-training':
      return { seed, layer: name.layer, trial: name.trial, time: name.iteration };
    case 'supermask-evaluation':
      return { seed, layer: name.layer, trial: name.trial, time: name.sample };
  }
}
