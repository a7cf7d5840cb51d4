import { countOnes, sigmoidf } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../backends/backend.js';
import { availableBackends } from '../backends/load.js';
import { reference } from '../backends/reference.js';
import { initialTensors } from '../initialisation/initial.js';
import { network } from '../network/build.js';
import { convolution, dense, flatten, maxPool, relu } from '../network/layers.js';
import { maskKinds, optimizerCodes } from '../plan/instructions.js';
import { type RecipeOverrides, recipeFor } from '../recipe/normalise.js';
import { kernelCase } from '../testing/kernel-case.js';
import { runCase } from '../testing/run-case.js';
import { smallData, smallNetwork } from '../testing/small-training.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { evaluateParameters } from '../training/evaluate.js';
import { maskedParameters, maskFactor, maskOfScores } from './masked.js';
import { signedConstants } from './signed-constants.js';
import { startSupermask } from './start.js';
import type { MaskRule, SupermaskOptions, SupermaskResult } from './supermask.js';

const small = smallNetwork();
const backends = await availableBackends();
const backend = backends[backends.length - 1];
const initial = initialTensors(small, 'glorot-normal', { seed: 1, trial: 0, draw: { kind: 'initial' } });

function options(change: Partial<SupermaskOptions> = {}, recipe: RecipeOverrides = {}): SupermaskOptions {
  const net = change.network ?? small;
  return {
    backend,
    network: net,
    values: signedConstants(small, 'glorot-normal', initial),
    rule: { kind: 'sampled', pressure: 0 },
    rescale: true,
    recipe: recipeFor(net, {
      optimizer: { name: 'adam', rate: 0.1 },
      iterations: 40,
      evaluateEvery: 10,
      batch: 80,
      ...recipe,
    }),
    data: smallData,
    seed: 3,
    trial: 1,
    ...change,
  };
}

function finish(of: SupermaskOptions): SupermaskResult {
  const run = startSupermask(of);
  while (run.next() !== null);
  const result = run.result();
  run.close();
  return result;
}

const rules: readonly { readonly name: string; readonly rule: MaskRule; readonly digest: string }[] = [
  {
    name: 'sampled masks',
    rule: { kind: 'sampled', pressure: 0.1 },
    digest: 'a1055733666d4f8ad4027fdfc6ba978696fe4877616c561f6599beaf6ea0e7df',
  },
  {
    name: 'top masks',
    rule: { kind: 'top', density: 0.3 },
    digest: 'c77407ecc833a6d5043e542d0a5e4f45af0e72296f98ef787295b9eb118aebf4',
  },
];

describe('a whole training of a supermask', () => {
  it.each(rules)(
    'has the same bits on every backend and instruction set: $name',
    ({ rule, digest }) => {
      for (const candidate of backends) {
        const result = finish(options({ backend: candidate, rule }));
        expect(result.digest, `${candidate.name} ${candidate.isa}`).toBe(digest);
      }
    },
    180_000,
  );

  it.each(rules)('goes on from a checkpoint with the same bits: $name', ({ rule }) => {
    const whole = finish(options({ rule }));
    const before = startSupermask(options({ rule }));
    for (let row = 0; row < 3; row++) before.next();
    const checkpoint = structuredClone(before.save());
    before.close();
    const after = startSupermask(options({ rule }), checkpoint);
    expect(after.iteration).toBe(20);
    while (after.next() !== null);
    const { digest, rows, sampled } = after.result();
    after.close();
    expect({ digest, rows, sampled }).toEqual({ digest: whole.digest, rows: whole.rows, sampled: whole.sampled });
  });

  it('learns: the mask that ships does better than at the start', () => {
    const { rows, deterministic } = finish(options({}, { iterations: 400, evaluateEvery: 100 }));
    expect(rows[0].validationLoss).toBeGreaterThan(rows[4].validationLoss);
    expect(deterministic.validationAccuracy).toBe(rows[4].validationAccuracy);
    expect(deterministic.validationAccuracy).toBeGreaterThan(rows[0].validationAccuracy);
  });

  it('ships a mask whose masked values give the accuracy that is reported', () => {
    const of = options();
    const { masks, deterministic } = finish(of);
    const parameters = maskedParameters(small, masks, of.values, of.rescale);
    const judged = evaluateParameters({ backend, network: small, masks, parameters, data: of.data }, 'test');
    expect(judged.accuracy).toBe(deterministic.testAccuracy);
  });

  it('keeps fewer weights under pressure', () => {
    const density = (pressure: number) => finish(options({ rule: { kind: 'sampled', pressure } })).density;
    expect(density(5)).toBeLessThan(density(0));
  });

  it('keeps exactly the share that is asked for by top masks', () => {
    const { masks } = finish(options({ rule: { kind: 'top', density: 0.3 } }));
    expect(masks.map(countOnes)).toEqual([82, 35, 11]);
  });

  it('draws other masks in another trial', () => {
    expect(finish(options({ trial: 2 })).digest).not.toBe(finish(options()).digest);
  });

  it.each([
    [{ rule: { kind: 'top', density: 0 } as const }, 'density of a supermask must be above 0'],
    [{ rule: { kind: 'sampled', pressure: -1 } as const }, 'pressure on a supermask must be 0 or more, not -1'],
    [{ values: initial.slice(1) }, 'has 426 weights'],
  ])('refuses %j', (change, message) => {
    expect(() => startSupermask(options(change))).toThrow(message);
  });

  it('refuses weight decay', () => {
    expect(() => startSupermask(options({}, { weightDecay: 0.1 }))).toThrow('without weight decay');
  });
});

describe('a supermask of a convolutional network', () => {
  const seeing = network('seeing', { channels: 2, height: 7, width: 6 }, [
    convolution(5),
    relu(),
    convolution(6, { stride: 2 }),
    relu(),
    maxPool(2),
    flatten(),
    dense(9),
    relu(),
    dense(3),
  ]);
  const pictures = syntheticData({ features: seeing.inputs, classes: 3, train: 90, validation: 60, test: 40, seed: 8 });
  const drawn = initialTensors(seeing, 'glorot-normal', { seed: 2, trial: 0, draw: { kind: 'initial' } });
  const of = (rule: MaskRule, change: Partial<SupermaskOptions> = {}, recipe: RecipeOverrides = {}) =>
    options(
      { network: seeing, data: pictures, values: signedConstants(seeing, 'glorot-normal', drawn), rule, ...change },
      recipe,
    );

  it.each([
    [{ kind: 'sampled', pressure: 0.1 }, '182f6814e44a65f6e5e2d5d936c7fc566268d64f0f6b9ce944566d63036a72ce'],
    [{ kind: 'top', density: 0.4 }, 'fe2e8d4927542461be48c3d91f4a83a08815b07367e8dff7a23f57c52ddb0c09'],
  ] as const)(
    'has the same bits on every backend and instruction set: %j',
    (rule, digest) => {
      for (const candidate of backends) {
        const result = finish(of(rule, { backend: candidate }, { iterations: 12, evaluateEvery: 6, batch: 70 }));
        expect(result.digest, `${candidate.name} ${candidate.isa}`).toBe(digest);
      }
    },
    180_000,
  );

  it('has the same bits whatever the number of threads', () => {
    const wide = network('wide', { channels: 2, height: 7, width: 6 }, [convolution(80), relu(), flatten(), dense(3)]);
    const start = initialTensors(wide, 'glorot-normal', { seed: 2, trial: 0, draw: { kind: 'initial' } });
    const opened: (number | undefined)[] = [];
    const watched: Backend = {
      ...backend,
      open(words, data, threads) {
        opened.push(threads);
        return backend.open(words, data, threads);
      },
    };
    const change = { network: wide, values: signedConstants(wide, 'glorot-normal', start), backend: watched };
    const [one, three] = [1, 3].map((threads) => {
      const options = of({ kind: 'sampled', pressure: 0.1 }, { ...change, threads }, { iterations: 6, batch: 70 });
      const { digest, masks } = finish(options);
      const parameters = maskedParameters(wide, masks, options.values, true);
      const judged = { ...change, masks, parameters, data: pictures, threads };
      return { digest, judged: evaluateParameters(judged, 'validation') };
    });
    expect(three).toEqual(one);
    expect(opened).toEqual([1, 1, ...(backend.name === 'native' ? [3, 3] : [1, 1])]);
  });

  it('learns, and ships a mask that does what is said', () => {
    const options = of({ kind: 'sampled', pressure: 0 }, {}, { iterations: 300, evaluateEvery: 100 });
    const { rows, masks, deterministic } = finish(options);
    expect(rows[3].validationLoss).toBeLessThan(rows[0].validationLoss);
    const parameters = maskedParameters(seeing, masks, options.values, options.rescale);
    const judged = evaluateParameters({ backend, network: seeing, masks, parameters, data: pictures }, 'test');
    expect(judged.accuracy).toBe(deterministic.testAccuracy);
  });

  it('keeps exactly the share of each layer that is asked for', () => {
    const { masks } = finish(of({ kind: 'top', density: 0.4 }, {}, { iterations: 2, evaluateEvery: 2 }));
    expect(masks.map(countOnes)).toEqual([36, 108, 43, 11]);
  });
});

describe('the score gradient', () => {
  it('goes straight through the bits and through the rescaling', () => {
    // One layer of 3 weights under bits 1, 0, 1 that are scaled by 3/2. Its loss is linear in the masked weights, with gradient G.
    const [w, bits, g] = [
      [2, -3, 5],
      [1, 0, 1],
      [1, 2, -1],
    ];
    const loss = (of: readonly number[]) => {
      const ones = of[0] + of[1] + of[2];
      return of.reduce((sum, bit, i) => sum + (g[i] * w[i] * bit * 3) / ones, 0);
    };
    const numeric = bits.map((_, i) => {
      const moved = (by: number) => bits.map((bit, j) => (i === j ? bit + by : bit));
      return (loss(moved(1e-6)) - loss(moved(-1e-6))) / 2e-6;
    });
    const c = kernelCase('by hand', (arena) => ({
      program: [
        {
          op: 'scoreUpdate',
          count: 3,
          kind: maskKinds.sampled,
          scores: arena.floats('scores', [0, 0, 0]),
          values: arena.floats('values', w),
          weights: arena.floats('weights', [3, 0, 7.5]),
          ones: arena.words('ones', [2]),
          rescale: 1,
          gradient: arena.floats('gradient', g),
          optimizer: optimizerCodes.sgd,
          first: 0,
          second: 0,
          constants: arena.floats('constants', [1, ...new Array(15).fill(0)]),
          probabilities: arena.floats('probabilities', [0.5, 0.5, 0.5]),
          layer: 0,
        },
      ],
    }));
    const { after } = runCase(reference, c);
    const scores = new Float32Array(after.buffer).subarray(c.regions[0].offset, c.regions[0].offset + 3);
    // By a rate of 1 against the gradient, which at p = ½ is a quarter of that at p.
    for (const [i, value] of numeric.entries()) expect(-4 * scores[i]).toBeCloseTo(value, 5);
    expect([...scores]).toEqual([5.25 / -4, -6.75 / -4, -5.25 / -4]);
  });
});

describe('masks of scores', () => {
  it('keep a probability above one half, not one half itself', () => {
    const tiny = 2 ** -30;
    expect(sigmoidf(tiny)).toBe(0.5);
    const mask = maskOfScores({ kind: 'sampled', pressure: 0 }, Float32Array.of(-1, 0, tiny, 0.1));
    expect([...mask.bytes]).toEqual([0b1000]);
  });

  it('are rescaled by size ÷ ones', () => {
    const mask = maskOfScores({ kind: 'top', density: 0.5 }, Float32Array.of(3, 1, 1, 2));
    expect([...mask.bytes]).toEqual([0b1001]);
    expect([maskFactor(mask, true), maskFactor(mask, false)]).toEqual([2, 1]);
  });
});

describe('signed constants', () => {
  it("are the sign times the layer's initial standard deviation", () => {
    const [first] = signedConstants(small, 'he-normal', initial);
    const deviation = Math.fround(Math.sqrt(2 / 21));
    expect(new Set(first)).toEqual(new Set([deviation, -deviation]));
    for (const [i, value] of first.entries()) expect(Math.sign(value)).toBe(Math.sign(initial[0][i]));
    const [glorot] = signedConstants(small, 'glorot-uniform', initial);
    expect(Math.abs(glorot[0])).toBe(Math.fround(Math.sqrt(2 / 34)));
  });
});
