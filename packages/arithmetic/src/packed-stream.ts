/** A random stream: the Philox key and the upper three words of the counter. The lowest word counts its blocks. */
export interface Stream {
  readonly key0: number;
  readonly key1: number;
  readonly counter1: number;
  readonly counter2: number;
  readonly counter3: number;
}

/** Where a stream lies among those of its kind. */
export interface StreamPlace {
  readonly seed: number;
  readonly trial?: number;
  readonly layer?: number;
  readonly replicate?: number;
  /** Level, epoch, iteration or evaluation sample. */
  readonly time?: number;
}

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
export function packedStream(number: number, place: StreamPlace): Stream {
  const { trial = 0, layer = 0, replicate = 0, time = 0 } = place;
  const seed = checked(place.seed, 'seed', Number.MAX_SAFE_INTEGER + 1);
  const lower = checked(layer, 'layer', 0x1_0000);
  const upper = checked(replicate, 'replicate', 0x1_0000);
  return {
    key0: seed >>> 0,
    key1: (Math.floor(seed / 0x1_0000_0000) | (number << 21)) >>> 0,
    counter1: (lower | (upper << 16)) >>> 0,
    counter2: checked(trial, 'trial', 0x1_0000_0000),
    counter3: checked(time, 'level or epoch', 0x1_0000_0000),
  };
}

function checked(value: number, what: string, end: number): number {
  if (Number.isInteger(value) && value >= 0 && value < end) return value;
  throw new RangeError(`a stream's ${what} must be an integer below ${end}, not ${value}`);
}
