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

/** A random stream: the Philox key and the upper three words of the counter. The lowest word counts its blocks. */
export interface Stream {
  readonly key0: number;
  readonly key1: number;
  readonly counter1: number;
  readonly counter2: number;
  readonly counter3: number;
}

/** The number of each kind, part of the key. Once given, a number is never changed or used again. */
const streamNumbers = {
  split: 0,
  'initial-values': 1,
  'data-order': 2,
  augmentation: 3,
  reinit: 4,
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

/**
 * Packs a stream's name, field by field, into Philox's key and counter. Nothing is hashed, so two names never share a
 * block (docs/arithmetic-streams.md):
 *
 *     key 0      seed, lower 32 bits
 *     key 1      seed, upper 21 bits; the kind's number in the 11 bits above
 *     counter 0  block: four words, or two normal draws, each
 *     counter 1  layer in the lower 16 bits, replicate in the upper
 *     counter 2  trial
 *     counter 3  level, epoch, iteration or evaluation sample
 *
 * @throws RangeError for a field that is no integer or does not fit: seed < 2⁵³, layer and replicate < 2¹⁶, others < 2³²
 */
export function randomStream(name: StreamName): Stream {
  const seed = checked(name.seed, 'seed', Number.MAX_SAFE_INTEGER + 1);
  const upperSeed = Math.floor(seed / 0x1_0000_0000);
  return {
    key0: seed >>> 0,
    key1: (upperSeed | (streamNumbers[name.kind] << 21)) >>> 0,
    ...counterOf(name),
  };
}

function counterOf(name: StreamName): Pick<Stream, 'counter1' | 'counter2' | 'counter3'> {
  switch (name.kind) {
    case 'split':
      return packed(0, 0, 0, 0);
    case 'initial-values':
    case 'supermask-scores':
      return packed(name.layer, 0, name.trial, 0);
    case 'data-order':
    case 'augmentation':
    case 'distilled-labels':
      return packed(0, 0, name.trial, name.epoch);
    case 'reinit':
    case 'random-mask':
    case 'mask-shuffle':
      return packed(name.layer, name.replicate, name.trial, name.level);
    case 'random-order':
    case 'reshuffle':
    case 'signs':
    case 'sparse-start':
      return packed(name.layer, 0, name.trial, name.level);
    case 'dropout':
    case 'supermask-training':
      return packed(name.layer, 0, name.trial, name.iteration);
    case 'supermask-evaluation':
      return packed(name.layer, 0, name.trial, name.sample);
  }
}

function packed(layer: number, replicate: number, trial: number, time: number) {
  const lower = checked(layer, 'layer', 0x1_0000);
  const upper = checked(replicate, 'replicate', 0x1_0000);
  return {
    counter1: (lower | (upper << 16)) >>> 0,
    counter2: checked(trial, 'trial', 0x1_0000_0000),
    counter3: checked(time, 'level or epoch', 0x1_0000_0000),
  };
}

function checked(value: number, what: string, end: number): number {
  if (Number.isInteger(value) && value >= 0 && value < end) return value;
  throw new RangeError(`a stream's ${what} must be an integer below ${end}, not ${value}`);
}
