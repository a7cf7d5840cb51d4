import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream, type StreamName } from './streams.js';

const seed = fc.maxSafeNat();
const wide = fc.integer({ min: 0, max: 0xffffffff });
const narrow = fc.integer({ min: 0, max: 0xffff });
const replicateOfLayer = { seed, trial: wide, level: wide, replicate: narrow, layer: narrow };
const iterationOfLayer = { seed, trial: wide, iteration: wide, layer: narrow };

const anyName: fc.Arbitrary<StreamName> = fc.oneof(
  fc.record({ kind: fc.constant('split' as const), seed }),
  fc.record({ kind: fc.constant('initial-values' as const), seed, trial: wide, layer: narrow }),
  fc.record({ kind: fc.constant('data-order' as const), seed, trial: wide, epoch: wide }),
  fc.record({ kind: fc.constant('augmentation' as const), seed, trial: wide, epoch: wide }),
  fc.record({ kind: fc.constant('reinit' as const), ...replicateOfLayer }),
  fc.record({ kind: fc.constant('random-mask' as const), ...replicateOfLayer }),
  fc.record({
    kind: fc.constantFrom('random-order' as const, 'reshuffle' as const, 'signs' as const),
    seed,
    trial: wide,
    level: wide,
    layer: narrow,
  }),
  fc.record({ kind: fc.constant('dropout' as const), ...iterationOfLayer }),
  fc.record({ kind: fc.constant('supermask-training' as const), ...iterationOfLayer }),
  fc.record({ kind: fc.constant('supermask-evaluation' as const), seed, trial: wide, sample: wide, layer: narrow }),
);

const spelled = (name: StreamName) => JSON.stringify(Object.entries(name).sort());

describe('random streams', () => {
  it('two names never share a key and counter', () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        fc.pre(spelled(a) !== spelled(b));
        expect(randomStream(a)).not.toEqual(randomStream(b));
      }),
    );
  });

  it('every field of a name moves it to another stream', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        for (const [field, value] of Object.entries(name)) {
          if (typeof value !== 'number') continue;
          const neighbour = { ...name, [field]: value === 0 ? 1 : value - 1 } as StreamName;
          expect(randomStream(neighbour), field).not.toEqual(randomStream(name));
        }
      }),
    );
  });

  it('kinds with the same fields differ by their numbers', () => {
    const at = { seed: 1, trial: 0, layer: 0, level: 0, replicate: 0, epoch: 0, iteration: 0, sample: 0 };
    const kinds = fc.sample(anyName, 1000).map(({ kind }) => kind);
    const keys = new Map(kinds.map((kind) => [kind, randomStream({ kind, ...at } as StreamName).key1]));
    expect(keys.size).toBe(12);
    expect(new Set(keys.values()).size).toBe(12);
  });

  it('both halves of a 53-bit seed enter the key', () => {
    expect(randomStream({ kind: 'data-order', seed: Number.MAX_SAFE_INTEGER, trial: 7, epoch: 9 })).toEqual({
      key0: 0xffffffff,
      key1: 0x1fffff + (2 << 21),
      counter1: 0,
      counter2: 7,
      counter3: 9,
    });
  });

  it('a name is packed as documented', () => {
    const name = { kind: 'random-mask', seed: 1, trial: 2, level: 3, replicate: 4, layer: 5 } as const;
    expect(randomStream(name)).toEqual({ key0: 1, key1: 5 << 21, counter1: 5 + (4 << 16), counter2: 2, counter3: 3 });
  });

  it.each([
    [{ kind: 'split', seed: 2 ** 53 }, 'seed'],
    [{ kind: 'split', seed: 0.5 }, 'seed'],
    [{ kind: 'split', seed: Number.NaN }, 'seed'],
    [{ kind: 'data-order', seed: 0, trial: -1, epoch: 0 }, 'trial'],
    [{ kind: 'data-order', seed: 0, trial: 0, epoch: 2 ** 32 }, 'epoch'],
    [{ kind: 'initial-values', seed: 0, trial: 0, layer: 65536 }, 'layer'],
  ] as const)('%j is refused, naming the %s', (name, field) => {
    expect(() => randomStream(name)).toThrow(RangeError);
    expect(() => randomStream(name)).toThrow(field);
  });
});
