import { network } from './network/build.js';
import { dense, relu } from './network/layers.js';
import { recipeFor } from './recipe/normalise.js';
import type { OptimizerName } from './testing/cases/constants.js';
import { exampleForwardCase } from './testing/cases/example.js';
import { compressedForwardCase, denseForwardCase } from './testing/cases/forward.js';
import { gatherCase, loadBlockCase, type Needed } from './testing/cases/gather.js';
import { compressedInputGradientCase, denseInputGradientCase } from './testing/cases/input-gradient.js';
import { loadExampleCase, loadFloatRowsCase, loadRowsCase, storeRowsCase } from './testing/cases/rows.js';
import { evaluateCase, softmaxCase } from './testing/cases/softmax.js';
import { faultInSecondStepCase, negativeZeroCases, notANumberCases } from './testing/cases/special.js';
import { sampleMaskCase, scoreUpdateCase, topMaskCase } from './testing/cases/supermask.js';
import { biasUpdateCase, compressedUpdateCase, denseUpdateCase, type UpdateOf } from './testing/cases/update.js';
import { wholeStepsCase } from './testing/cases/whole-steps.js';
import { dividedCase } from './testing/divided-case.js';
import type { KernelCase } from './testing/kernel-case.js';
import { syntheticData } from './testing/synthetic-data.js';

const batches = [1, 2, 15, 16, 17, 60, 63, 64, 65, 100, 128, 129, 200];
const densities = [0, 0.01, 0.05, 0.1, 0.3, 0.7, 0.98];
const optimizers: readonly OptimizerName[] = ['gradient', 'sgd', 'momentum', 'adam'];

/** Sizes around the vector widths and tiles that kernels use. */
const shapes = [
  { inputs: 1, outputs: 1 },
  { inputs: 3, outputs: 2 },
  { inputs: 16, outputs: 10 },
  { inputs: 37, outputs: 23 },
  { inputs: 130, outputs: 7 },
  { inputs: 8, outputs: 100 },
  { inputs: 210, outputs: 33 },
];

/** The shape and batch of number `i`: every batch meets every shape in time. */
const sizes = batches.map((batch, i) => ({ ...shapes[i % shapes.length], batch }));

/** Gradients of ordinary size and of sizes that meet the flush thresholds of gradients and of both moments. */
const scales = [
  { gradientScale: 0.01, momentScale: 0.01 },
  { gradientScale: 2 ** -50, momentScale: 2 ** -98 },
  { gradientScale: 2 ** -48, momentScale: 2 ** -60 },
];

const forwards = [
  ...sizes.flatMap((size, i) => [
    denseForwardCase({ ...size, relu: i % 2 === 0, known: false, seed: i }),
    denseForwardCase({ ...size, relu: i % 2 === 1, known: true, seed: i }),
  ]),
  ...densities.flatMap((density, d) =>
    batches.map((batch, b) => {
      const shape = shapes[(b + d) % shapes.length];
      return compressedForwardCase({ ...shape, batch, density, relu: (b + d) % 2 === 0, seed: 100 + b });
    }),
  ),
];

const inputGradients = [
  ...sizes.map((size, i) => denseInputGradientCase({ ...size, gated: i % 3 > 0, seed: 200 + i })),
  ...densities.flatMap((density, d) =>
    batches.map((batch, b) => {
      const shape = shapes[(b + 2 * d) % shapes.length];
      return compressedInputGradientCase({ ...shape, batch, density, gated: (b + d) % 3 > 0, seed: 300 + b });
    }),
  ),
];

const updates = optimizers.flatMap((optimizer, o) =>
  sizes.flatMap((size, i) => {
    const { gradientScale, momentScale } = scales[(i + o) % scales.length];
    const seed = 400 + 20 * o + i;
    const of: UpdateOf = {
      ...size,
      optimizer,
      rate: 0.01,
      decay: i % 2 === 0 ? 0 : 1e-3,
      gradientScale,
      momentScale,
      seed,
    };
    return [
      denseUpdateCase({ ...of, known: false }),
      denseUpdateCase({ ...of, known: true }),
      biasUpdateCase(of),
      compressedUpdateCase({ ...of, density: densities[i % densities.length] }),
      compressedUpdateCase({
        ...of,
        ...shapes[(i + 3) % shapes.length],
        density: densities[(i + 1) % densities.length],
      }),
    ];
  }),
);

/** Rates and gradients beyond what f32 holds: the call stops and names the layer. */
const faults = [
  ...optimizers.flatMap((optimizer, i) => {
    const of = { inputs: 37, outputs: 23, batch: 65, optimizer, rate: 1e38, decay: 0, momentScale: 1 };
    const infinite: UpdateOf = { ...of, gradientScale: 3e38, seed: 600 + i };
    return [
      denseUpdateCase({ ...infinite, known: false }),
      compressedUpdateCase({ ...infinite, density: 0.3 }),
      biasUpdateCase(infinite),
      denseUpdateCase({ ...of, gradientScale: 10, known: true, seed: 610 + i }),
      compressedUpdateCase({ ...of, gradientScale: 10, density: 0.1, seed: 620 + i }),
    ];
  }),
  faultInSecondStepCase(),
  ...notANumberCases(),
];

const losses = (['small', 'large', 'huge', 'equal', 'tied'] as const).flatMap((logits, l) =>
  batches.flatMap((batch, b) => {
    const classes = [1, 2, 3, 10, 16, 37][(b + l) % 6];
    const seed = 700 + b;
    return [
      softmaxCase({ classes, batch, logits, seed, inPlace: b % 2 === 0 }),
      evaluateCase({ classes, batch, logits, seed: seed + 20 }),
    ];
  }),
);

/** Which features of a batch a plan may need: all, most, few, whole groups, none. */
const needs: readonly (Needed | null)[] = [
  null,
  { name: 'most', has: (feature) => feature % 11 !== 4 },
  { name: 'few', has: (feature) => feature % 37 === 5 },
  { name: 'whole groups', has: (feature) => Math.floor(feature / 16) % 3 !== 1 },
  { name: 'last', has: (feature) => feature % 16 === 15 || feature >= 780 },
  { name: 'none', has: () => false },
];

const gathers = [
  ...batches.map((batch, b) =>
    gatherCase({
      features: [1, 3, 16, 37, 64, 784][b % 6],
      examples: 50,
      batch,
      shortBatch: Math.ceil(batch / 3),
      needed: null,
      listed: b % 3 !== 2,
      seed: 800 + b,
    }),
  ),
  ...needs.flatMap((needed, n) =>
    [37, 300, 784].flatMap((features, i) => {
      const of = { features, needed, seed: 820 + n };
      return [
        gatherCase({ ...of, examples: 50, batch: [60, 100, 17][i], shortBatch: 5, listed: (i + n) % 2 === 0 }),
        loadBlockCase({ ...of, listed: (i + n) % 2 === 1 }),
      ];
    }),
  ),
  ...[1, 16, 37, 784].map((features, i) => loadBlockCase({ features, needed: null, listed: true, seed: 840 + i })),
];

const predictions = [
  ...[1, 3, 4, 16, 37, 64, 130].flatMap((features, f) =>
    [1, 3, 63, 64, 65, 130].flatMap((count, c) => {
      const all = Array.from({ length: features }, (_, feature) => feature);
      const needed = [null, all.filter((feature) => feature % 11 !== 5), all.filter((feature) => feature % 3 === 2)];
      const of = { features, count, seed: 1200 + 10 * f + c, needed: needed[(f + c) % 3], listed: (f + c) % 4 > 0 };
      return c % 2 === f % 2
        ? [loadRowsCase(of), storeRowsCase(of)]
        : [loadFloatRowsCase(of), loadExampleCase({ ...of, count: 1 + (count % 7) })];
    }),
  ),
  ...[...shapes, { inputs: 60, outputs: 300 }, { inputs: 20, outputs: 131 }].flatMap((shape, s) =>
    [...densities, 1].map((density, d) =>
      exampleForwardCase({
        ...shape,
        density,
        examples: 1 + ((s + d) % 4),
        moves: (s + d) % 3 > 0,
        relu: (s + d) % 2 === 0,
        seed: 1300 + s,
      }),
    ),
  ),
];

const counts = [1, 3, 4, 15, 16, 17, 63, 130, 511, 512, 513, 1100];
const supermasks = [
  ...counts.flatMap((count, i) => {
    const rescale = i % 2 === 0 ? 1 : 0;
    return [
      sampleMaskCase({ count, rescale, scale: [0.1, 3][i % 2], seed: 1400 + i }),
      sampleMaskCase({ count, rescale: 1, scale: 20, seed: 1420 + i }),
      ...[0, 1, Math.ceil(count / 3), count].flatMap((keep, k) =>
        keep === 1 && k > 1
          ? []
          : count === 1 && k === 3
            ? []
            : [topMaskCase({ count, rescale, keep, tied: (i + k) % 2 === 0, seed: 1440 + i })],
      ),
    ];
  }),
  ...(['sgd', 'momentum', 'adam'] as const).flatMap((optimizer, o) =>
    counts.flatMap((count, i) => {
      const of = { count, optimizer, rate: 0.1, seed: 1460 + i };
      return (['sampled', 'top'] as const).map((kind, k) =>
        scoreUpdateCase({
          ...of,
          kind,
          rescale: (i + o + k) % 3 === 0 ? 0 : 1,
          density: [0.5, 0.05, 0][(i + o) % 3],
          gradientScale: [1, 2 ** -49][(i + k) % 2],
        }),
      );
    }),
  ),
  scoreUpdateCase({
    ...{ count: 40, optimizer: 'sgd', kind: 'top', rescale: 1, density: 0.5 },
    ...{ rate: 3e38, gradientScale: 3e38, seed: 1490 },
  }),
];

/** More inputs than 16-bit indices reach: chunks are a must at every density. */
const wide = [
  denseForwardCase({ inputs: 65_600, outputs: 2, batch: 3, relu: false, known: true, seed: 900 }),
  compressedForwardCase({ inputs: 65_600, outputs: 2, batch: 3, relu: true, density: 0.02, seed: 901 }),
  compressedInputGradientCase({ inputs: 2, outputs: 65_600, batch: 3, gated: false, density: 0.02, seed: 902 }),
];

const data = syntheticData({ features: 49, classes: 10, train: 300, validation: 70, test: 64, seed: 1 });
const twoHidden = network('two hidden', 49, [dense(33), relu(), dense(20), relu(), dense(10)]);
const withoutRelu = network('without ReLU', 49, [dense(21), dense(10)]);
const linear = network('linear', 49, [dense(10)]);

const wholeSteps = [
  ...(['sgd', 'momentum', 'adam'] as const).flatMap((name, i) =>
    [1, 60, 64, 150].flatMap((batch) => {
      const recipe = recipeFor(twoHidden, {
        optimizer: { name, rate: 0.01 },
        batch,
        weightDecay: 1e-4 * i,
        iterations: 9,
      });
      const common = { network: twoHidden, data, recipe, before: 3, steps: 4, seed: 1000 + i };
      return [
        [1, 1, 1],
        [0.2, 0.2, 0.6],
        [1, 0.03, 1],
        [0.9, 1, 0],
      ].map((kept) =>
        wholeStepsCase({ ...common, name: `${name} steps, batch ${batch}, densities ${kept}`, densities: kept }),
      );
    }),
  ),
  ...[withoutRelu, linear].map((net) =>
    wholeStepsCase({
      name: `steps of the network ${net.name}`,
      network: net,
      data,
      recipe: recipeFor(net, { batch: 60, iterations: 9 }),
      densities: [0.5, 1],
      before: 0,
      steps: 6,
      seed: 1100,
    }),
  ),
];

/** The same, divided among 2, 3, 4 … parts. */
export const dividedCases: readonly KernelCase[] = [
  ...forwards,
  ...inputGradients,
  ...updates.filter(({ name }) => !name.includes('bias')),
  ...faults,
  ...wholeSteps,
].map((c, i) => dividedCase(c, 2 + (i % 4), i));

/** What every backend and instruction set must compute to the bit. The reference backend is the judge. */
export const kernelCases: readonly KernelCase[] = [
  ...forwards,
  ...inputGradients,
  ...updates,
  ...faults,
  ...losses,
  ...gathers,
  ...negativeZeroCases(),
  ...predictions,
  ...supermasks,
  ...wide,
  ...wholeSteps,
  ...dividedCases,
];
