import { UserError } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { fullMasks } from '../masks.js';
import { network } from '../network/build.js';
import { conv4 } from '../network/conv.js';
import {
  batchNorm,
  convolution,
  dense,
  flatten,
  globalAveragePool,
  type LayerSpec,
  maxPool,
  relu,
  residual,
} from '../network/layers.js';
import { lenet300 } from '../network/lenet300.js';
import type { ImageShape } from '../network/network.js';
import { weightLayers } from '../network/weight-layers.js';
import { recipeFor } from '../recipe/normalise.js';
import { optimizerByName } from '../recipe/optimizers.js';
import { arenaOf } from '../testing/kernel-case.js';
import { smallData, smallMasks, smallNetwork, smallTraining } from '../testing/small-training.js';
import { syntheticData } from '../testing/synthetic-data.js';
import { drawnMask } from '../testing/values.js';
import { readParameters, writeContents, writeParameters } from './arena-access.js';
import { compilePlan } from './compile.js';
import { describePlan } from './describe.js';
import { decode } from './encode.js';
import type { Instruction } from './instructions.js';
import type { Plan } from './plan.js';

const small = { network: smallNetwork(), data: smallData };
const adam = { optimizer: optimizerByName('adam'), batch: 70, weightDecay: 0, augmentation: [] };
const densePlan = compilePlan({ ...small, masks: fullMasks(small.network), training: adam });
const mixedPlan = compilePlan({ ...small, masks: smallMasks([0.3, 1, 0.6]), training: adam });

/** A plan's training program. */
function instructions(plan: Plan): readonly Instruction[] {
  const arena = arenaOf(plan.words);
  writeContents(plan, arena);
  return decode(arena.words, plan.training?.program.offset ?? 0);
}

const operations = (plan: Plan): string[] => instructions(plan).map(({ op }) => op);

describe('a training program', () => {
  it('goes forward, judges, and goes backward without a gradient at the inputs', () => {
    expect(operations(densePlan)).toEqual([
      'gather',
      ...['denseForward', 'denseForward', 'denseForward'],
      'softmaxCrossEntropy',
      ...['denseInputGradient', 'denseUpdate', 'biasUpdate'],
      ...['denseInputGradient', 'denseUpdate', 'biasUpdate'],
      ...['denseUpdate', 'biasUpdate'],
    ]);
  });

  it('takes the compressed form for a layer from the first pruned weight on, and only for it', () => {
    expect(operations(mixedPlan)).toEqual([
      'gather',
      ...['compressedForward', 'denseForward', 'compressedForward'],
      'softmaxCrossEntropy',
      ...['compressedInputGradient', 'compressedUpdate', 'biasUpdate'],
      ...['denseInputGradient', 'denseUpdate', 'biasUpdate'],
      ...['compressedUpdate', 'biasUpdate'],
    ]);
  });
});

it('adds a shortcut together with the batch norm in front of the sum', () => {
  const image = { channels: 2, height: 4, width: 4 };
  const body = [convolution(2), batchNorm(), relu(), convolution(2)];
  const of = (name: string, layers: Parameters<typeof residual>[0]) => {
    const small = network(name, image, [
      convolution(2),
      residual(layers),
      relu(),
      globalAveragePool(),
      flatten(),
      dense(10),
    ]);
    const data = { ...smallData, features: 32, lit: new Uint8Array(32).fill(1) };
    return compilePlan({ network: small, masks: fullMasks(small), data, training: adam });
  };
  const normalised = of('normalised', [...body, batchNorm()]);
  expect(operations(normalised)).not.toContain('add');
  // What is normalised lies nowhere by itself.
  const ofNorms = normalised.regions.filter(({ name }) => name.endsWith('normalised output'));
  expect(ofNorms.map(({ name }) => name)).toEqual(['convolution 2 normalised output']);
  expect(operations(of('plain', body))).toContain('add');
});

describe('a program of pictures', () => {
  const pictures = (image: ImageShape, pool: LayerSpec, hasRelu = true) => {
    const specs = [convolution(3), ...(hasRelu ? [relu()] : []), pool, flatten(), dense(4)];
    const net = network('pictures', image, specs);
    const data = syntheticData({ features: net.inputs, classes: 4, train: 8, validation: 1, test: 1, seed: 1 });
    return compilePlan({ network: net, data, masks: fullMasks(net), training: adam });
  };
  const pools = (plan: Plan): boolean => operations(plan).some((op) => op.startsWith('maxPool'));

  it('leaves a max pooling of 2 × 2 to the convolution before it, which then has no whole result', () => {
    for (const plan of [
      pictures({ channels: 1, height: 8, width: 6 }, maxPool()),
      pictures({ channels: 1, height: 8, width: 6 }, maxPool(), false),
    ]) {
      expect(pools(plan)).toBe(false);
      expect(plan.regions.find(({ name }) => name === 'convolution 1 pooled output')?.words).toBe(2 * 64 * 3 * 4 * 3);
      expect(plan.regions.some(({ name }) => name === 'convolution 1 output')).toBe(false);
    }
  });

  it('does so in every convolution that can', () => {
    const net = conv4({ channels: 1, height: 8, width: 8 }, 4);
    const data = syntheticData({ features: net.inputs, classes: 4, train: 8, validation: 1, test: 1, seed: 1 });
    const plan = compilePlan({ network: net, data, masks: fullMasks(net), training: adam });
    expect(pools(plan)).toBe(false);
    expect(plan.regions.flatMap(({ name, words }) => (name.endsWith('winners') ? [words] : []))).toEqual([
      (2 * 64 * 64 * 16) / 4,
      (2 * 64 * 128 * 4) / 4,
    ]);
  });

  it('has instructions for other poolings, and for pictures of which something would be left over', () => {
    expect(pools(pictures({ channels: 1, height: 8, width: 6 }, maxPool(3, 2)))).toBe(true);
    expect(pools(pictures({ channels: 1, height: 8, width: 6 }, maxPool(2, 1)))).toBe(true);
    expect(pools(pictures({ channels: 1, height: 7, width: 6 }, maxPool()))).toBe(true);
    expect(pools(pictures({ channels: 1, height: 8, width: 5 }, maxPool()))).toBe(true);
  });

  it('are written past the caches if they are large and not pooled', () => {
    const streams = (channels: number) => {
      const specs = [convolution(channels), relu(), convolution(channels), relu(), maxPool(), flatten(), dense(4)];
      const net = network('pictures', { channels: 1, height: 32, width: 32 }, specs);
      const data = syntheticData({ features: net.inputs, classes: 4, train: 8, validation: 1, test: 1, seed: 1 });
      const plan = compilePlan({ network: net, data, masks: fullMasks(net), training: adam });
      return instructions(plan).flatMap((one) => ('streams' in one ? [[one.op, one.streams]] : []));
    };
    // Two blocks of 8 × 32 × 32 × 64 values are 2²⁰.
    expect(streams(8)).toEqual([
      ['denseConvolution', 1],
      ['denseConvolution', 0],
      ['denseConvolutionInputGradient', 1],
    ]);
    expect(streams(7).map(([, streamed]) => streamed)).toEqual([0, 0, 0]);
  });
});

describe('a layout', () => {
  it('puts every region on a line of its own, with a line of padding behind it', () => {
    let end = 16;
    for (const { offset, words } of mixedPlan.regions) {
      expect(offset % 16).toBe(0);
      expect(offset).toBeGreaterThanOrEqual(end);
      end = offset + words + 16;
    }
    expect(mixedPlan.words).toBeGreaterThanOrEqual(end);
  });

  it('holds moments for the optimizer that needs them, and no training for a plan that only evaluates', () => {
    const moments = (plan: Plan): number => plan.regions.filter(({ name }) => name.includes('moment')).length;
    const withOptimizer = (name: 'sgd' | 'momentum') =>
      compilePlan({
        ...small,
        masks: fullMasks(small.network),
        training: { ...adam, optimizer: optimizerByName(name) },
      });
    expect([withOptimizer('sgd'), withOptimizer('momentum'), densePlan].map(moments)).toEqual([0, 6, 12]);
    const evaluation = compilePlan({ ...small, masks: smallMasks([0.3, 1, 0.6]), training: null });
    expect(evaluation.training).toBeNull();
    expect(evaluation.regions.filter(({ name }) => /moment|gradient|columns|batch/.test(name))).toEqual([]);
    expect(evaluation.words).toBeLessThan(mixedPlan.words / 2);
  });

  it('gives back the parameters that were written, in whatever order it holds them', () => {
    const masks = smallMasks([0.3, 1, 0.6]);
    const { start } = smallTraining({}, { masks });
    const arena = arenaOf(mixedPlan.words);
    writeContents(mixedPlan, arena);
    writeParameters(mixedPlan, arena, start);
    expect(readParameters(mixedPlan, arena)).toEqual(start);
  });
});

describe('the description of a plan', () => {
  it('says form, chunks and costs of each layer', () => {
    const { layers, stored, arenaBytes, multiplyAddsPerStep } = describePlan(mixedPlan);
    expect(layers.map(({ name, form }) => [name, form])).toEqual([
      ['dense 1', 'compressed'],
      ['dense 2', 'dense'],
      ['dense 3', 'compressed'],
    ]);
    // Every seventh feature of the data is dark.
    expect(layers[0].columnChunks).toEqual({ chunks: 1, width: 18 });
    expect(layers[0].live).toBeLessThan(layers[0].stored);
    expect(layers[0].rowChunks).toBeNull();
    expect(layers[2].rowChunks).toEqual({ chunks: 1, width: 4 });
    expect(layers[1].stored).toBe(117);
    expect(stored).toBe(layers[0].stored + 117 + layers[2].stored);
    // Two blocks of 64 lanes; twice over the first layer, three times over the others.
    expect(multiplyAddsPerStep).toBe(128 * (2 * layers[0].live + 3 * (layers[1].live + layers[2].live)));
    expect(arenaBytes).toBe(4 * mixedPlan.words);
  });
});

describe('the arena of LeNet-300-100', () => {
  const net = lenet300();
  const data = { ...smallData, features: net.inputs, classes: net.classes, lit: new Uint8Array(net.inputs).fill(1) };

  it.each([1, 0.8, 0.2, 0.01])('is in proportion to a density of %d, but for activations and tables', (density) => {
    const masks = weightLayers(net).map((layer, l) => drawnMask(l, layer.weights, density));
    const plan = describePlan(compilePlan({ network: net, masks, data, training: recipeFor(net) }));
    const layerBytes = plan.layers.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(layerBytes).toBeLessThan(16 * plan.stored);
    expect(plan.arenaBytes - layerBytes).toBeLessThan(480_000);
  });
});

describe('a network that does not fit the data', () => {
  it('is refused with what is wrong', () => {
    const fitting = (inputs: number, outputs: number) => {
      const net = network('odd', inputs, [dense(outputs)]);
      return () => compilePlan({ network: net, masks: fullMasks(net), data: smallData, training: null });
    };
    expect(fitting(20, 4)).toThrow(UserError);
    expect(fitting(20, 4)).toThrow('Network "odd" takes 20 values, but an example of synthetic has 21.');
    expect(fitting(21, 3)).toThrow('Network "odd" tells 3 classes apart, but synthetic has 4.');
    expect(fitting(21, 5)).not.toThrow();
  });
});
