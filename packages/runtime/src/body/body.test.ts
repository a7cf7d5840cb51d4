import { normals, randomStream, uint32At } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitReader } from '../coder/bit-reader.js';
import { bitWriter } from '../coder/bit-writer.js';
import type { MaskLayer } from '../mask/mask-layer.js';
import { codeLayers, type ValueLayer } from './layers.js';
import { readMasks, writeMasks } from './masks.js';

/** Two dense layers behind a convolution of 2 × 2 kernels over two channels, or behind pixels. */
function layersOf(kind: 'pixels' | 'kernels', seed = 1): readonly MaskLayer[] {
  const layer = (l: number, shape: Omit<MaskLayer, 'initial' | 'deviation'>): MaskLayer => ({
    ...shape,
    initial: normals(randomStream({ kind: 'initial-values', seed, trial: 0, layer: l }), shape.inputs * shape.outputs),
    deviation: 1,
  });
  const first =
    kind === 'pixels'
      ? { inputs: 72, outputs: 6, inputsPerUnit: 1, picture: { channels: 2, height: 6, width: 6 } }
      : { inputs: 8, outputs: 6, inputsPerUnit: 4, picture: { channels: 2, height: 2, width: 2 } };
  const pixels = kind === 'pixels' ? 1 : 9;
  return [
    layer(0, first),
    layer(1, { inputs: 6 * pixels, outputs: 7, inputsPerUnit: pixels, picture: null }),
    layer(2, { inputs: 7, outputs: 3, inputsPerUnit: 1, picture: null }),
  ];
}

function masksOf(layers: readonly MaskLayer[], keeps: (l: number, weight: number) => boolean): readonly Uint8Array[] {
  return layers.map(({ initial }, l) => Uint8Array.from(initial, (_, weight) => (keeps(l, weight) ? 1 : 0)));
}

function randomMasks(layers: readonly MaskLayer[], density: number, seed = 2): readonly Uint8Array[] {
  const stream = randomStream({ kind: 'split', seed });
  return masksOf(layers, (l, weight) => uint32At(stream, 10_000 * l + weight) < density * 0x1_0000_0000);
}

const kinds = ['pixels', 'kernels'] as const;

describe('masks', () => {
  it('come back, of any density', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.constantFrom(0, 0.02, 0.3, 0.9, 1),
        fc.nat(1000),
        (kind, density, seed) => {
          const layers = layersOf(kind, seed + 1);
          const survives = randomMasks(layers, density, seed + 1);
          expect(readMasks(layers, writeMasks(layers, survives))).toEqual(survives);
        },
      ),
    );
  });

  it('that are whole take next to nothing', () => {
    const layers = layersOf('pixels');
    expect(writeMasks(layers, randomMasks(layers, 1)).length).toBeLessThan(3);
  });

  it('are read from any bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.uint8Array({ maxLength: 60 }), (kind, bytes) => {
        const layers = layersOf(kind);
        const survives = readMasks(layers, bytes);
        expect(readMasks(layers, writeMasks(layers, survives))).toEqual(survives);
      }),
    );
  });

  it('cost less where start values explain them', () => {
    const layers = layersOf('pixels');
    const explained = masksOf(layers, (l, weight) => Math.abs(layers[l].initial[weight]) > 1);
    const density = explained[0].reduce((sum, bit) => sum + bit, 0) / explained[0].length;
    const unexplained = randomMasks(layers, density);
    expect(writeMasks(layers, explained).length).toBeLessThan(0.8 * writeMasks(layers, unexplained).length);
  });

  it('cost less where kernels of whole channels survive or do not', () => {
    const base = layersOf('kernels');
    const layers = [
      {
        ...base[0],
        inputs: 160,
        outputs: 12,
        picture: { channels: 40, height: 2, width: 2 },
        initial: new Float32Array(1920),
      },
    ];
    const byChannel = masksOf(layers, (_, weight) => Math.floor((weight % 160) / 4) % 4 === 0);
    const scattered = randomMasks(layers, 0.25);
    expect(writeMasks(layers, byChannel).length).toBeLessThan(0.5 * writeMasks(layers, scattered).length);
  });
});

describe('masks with values', () => {
  it('come back together, but biases of what nobody reads', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.constantFrom(0.05, 0.4, 1),
        fc.integer({ min: 1, max: 1000 }),
        (kind, density, seed) => {
          const layers = layersOf(kind, seed);
          const survives = randomMasks(layers, density, seed);
          const levels = Float32Array.of(-2, -0.5, 0.25, 1);
          const stream = randomStream({ kind: 'split', seed: 1000 + seed });
          const given = layers.map(
            ({ outputs }, l): ValueLayer => ({
              weightCode: { kind: 'levels', levels },
              biasCode: { kind: 'float', bits: 16 },
              weights: Float32Array.from(survives[l], (bit, i) => (bit === 1 ? levels[uint32At(stream, i) % 4] : 0)),
              biases: Float32Array.from({ length: outputs }, (_, i) => (uint32At(stream, 5000 + i) % 64) / 32 - 1),
            }),
          );
          const [mask, values] = [bitWriter(), bitWriter()];
          codeLayers(layers, survives, mask.code, { layers: given.map(copied), coder: values.code });
          const [maskBytes, valueBytes] = [mask.finish(), values.finish()];

          const read = layers.map(
            ({ inputs, outputs }, l): ValueLayer => ({
              ...given[l],
              weights: new Float32Array(inputs * outputs),
              biases: new Float32Array(outputs),
            }),
          );
          const found = survives.map(({ length }) => new Uint8Array(length));
          codeLayers(layers, found, bitReader(maskBytes), { layers: read, coder: bitReader(valueBytes) });
          expect(found).toEqual(survives);
          for (const [l, { weights, biases }] of read.entries()) {
            expect(weights).toEqual(given[l].weights);
            const kept = given[l].biases.map((bias, unit) => (isRead(layers[l + 1], survives[l + 1], unit) ? bias : 0));
            expect(biases).toEqual(kept);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

const copied = (layer: ValueLayer): ValueLayer => ({
  ...layer,
  weights: layer.weights.slice(),
  biases: layer.biases.slice(),
});

/** Whether any weight of the next layer reads a unit; those of the last layer are what it is for. */
function isRead(next: MaskLayer | undefined, survives: Uint8Array | undefined, unit: number): boolean {
  if (next === undefined || survives === undefined) return true;
  const { inputs, inputsPerUnit } = next;
  return survives.some((bit, weight) => bit === 1 && Math.floor((weight % inputs) / inputsPerUnit) === unit);
}
