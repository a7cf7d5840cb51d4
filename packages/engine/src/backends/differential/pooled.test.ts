import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANES } from '../../contract.js';
import { blocking } from '../../plan/blocking.js';
import { biasScratch, productScratch, updateScratch } from '../../plan/convolution-tiles.js';
import { type Instruction, optimizerCodes } from '../../plan/instructions.js';
import { kernelCase } from '../../testing/kernel-case.js';
import { runCase } from '../../testing/run-case.js';
import { availableBackends } from '../load.js';
import { randomSource } from './random-source.js';
import { spaceOf } from './random-structures.js';

const backends = await availableBackends();

const shapes = fc.record({
  channels: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 1, max: 5 }).map((windows) => 2 * windows),
  width: fc.integer({ min: 1, max: 6 }).map((windows) => 2 * windows),
  outputs: fc.integer({ min: 1, max: 7 }),
  relu: fc.constantFrom(0, 1),
  hasNaN: fc.boolean(),
  seed: fc.nat(),
});
type Shape = typeof shapes extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** A convolution (3 × 3, padding 1), its pooling and all gradients: by instructions of their own, or the pooling within. */
function pooledCase({ channels, height, width, outputs, relu, hasNaN, seed }: Shape, within: boolean) {
  return kernelCase(within ? 'within' : 'apart', (arena) => {
    const random = randomSource(seed);
    // Few different values, so that many in a window are equal.
    const values = (count: number) => Float32Array.from({ length: count }, () => random.integer(-2, 2) / 4);
    const picture = { channels, height, width, outputs, kernel: 3, stride: 1, padding: 1, blocks: 1 };
    const [pixels, weights] = [height * width * LANES, outputs * channels * 9];
    const pooling = { channels: outputs, height, width, size: 2, stride: 2, blocks: 1 };
    const x = values(channels * pixels);
    if (hasNaN) x[random.integer(0, x.length - 1)] = Number.NaN;
    const layer = {
      x: arena.floats('x', x),
      weights: arena.floats('weights', values(weights)),
      biases: arena.floats('biases', values(outputs)),
    };
    const [y, whole] = [arena.space('y', (outputs * pixels) / 4), arena.space('whole y', outputs * pixels)];
    const dy = arena.floats('dy', values((outputs * pixels) / 4));
    const wholeDy = arena.space('whole dy', outputs * pixels);
    const dx = arena.space('dx', channels * pixels);
    const gradients = [arena.space('weight gradient', weights), arena.space('bias gradient', outputs)];
    const [tileRows, tileColumns, tileChannels] = [4, 8, Math.max(channels, outputs)];
    const tiles = { tileRows, tileColumns, tileChannels, streams: 0 };
    const words = Math.max(
      productScratch({ rows: tileRows, columns: tileColumns }, 3, 1, tileChannels, tileChannels, {
        reordered: weights,
        places: 0,
      }),
      updateScratch(tileRows, width, 3, 1, tileChannels, blocking.updateOutputs, weights),
      biasScratch(height),
    );
    const scratch = spaceOf(arena, words);
    const optimizer = {
      optimizer: optimizerCodes.gradient,
      second: 0,
      constants: arena.floats('constants', new Float32Array(16)),
      layer: 0,
    };
    const winners = within ? arena.space('winners', (outputs * pixels) / 16) : 0;
    const common = { ...picture, winners, ...scratch };
    const at = within ? { y, dy } : { y: whole, dy: wholeDy };
    const program: Instruction[] = [{ op: 'denseConvolution', ...common, ...layer, y: at.y, relu, ...tiles }];
    if (!within) {
      program.push({ op: 'maxPool', ...pooling, x: whole, y });
      program.push({ op: 'maxPoolInputGradient', ...pooling, x: whole, y, dy, relu, dx: wholeDy });
    }
    const [first, biasFirst] = gradients;
    const update = { ...optimizer, dy: at.dy };
    program.push(
      { op: 'denseConvolutionInputGradient', ...common, ...layer, dy: at.dy, gate: 0, dx, ...tiles },
      { op: 'convolutionBiasUpdate', ...common, ...layer, ...update, first: biasFirst },
      { op: 'denseConvolutionUpdate', ...common, ...layer, ...update, first, ...tiles },
    );
    return { program };
  });
}

describe('a max pooling within a convolution', () => {
  it('gives what one after it gives, and the same gradients', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const cases = [pooledCase(shape, true), pooledCase(shape, false)];
        for (const backend of backends) {
          const [within, apart] = cases.map((c) => {
            const { after, fault } = runCase(backend, c);
            const bitsOf = (name: string) => {
              const region = c.regions.find((candidate) => candidate.name === name);
              return after.slice(region?.offset, (region?.offset ?? 0) + (region?.words ?? 0));
            };
            const names = ['y', 'dx', 'bias gradient'];
            const weights = canonical(bitsOf('weight gradient'));
            return { fault: shape.hasNaN ? null : fault, bits: names.map((name) => canonical(bitsOf(name))), weights };
          });
          // Products of a pooled gradient that is 0 may be left out, with a NaN that they would make.
          within.weights.forEach((_, i) => {
            if (apart.weights[i] === NAN) within.weights[i] = NAN;
          });
          expect(within, `${backend.name} ${backend.isa}`).toEqual(apart);
        }
      }),
      { numRuns: 30 },
    );
  });
});

const NAN = 0x7fc0_0000;

/** Every NaN as the same bits. */
function canonical(words: Int32Array): Int32Array {
  return words.map((word) => ((word & 0x7fff_ffff) > 0x7f80_0000 ? NAN : word));
}
