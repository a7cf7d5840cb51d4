import { describe, expect, it } from 'vitest';
import { loadPngRenderer } from '../report/png.js';
import { supermaskFigure } from './figure.js';
import type { SupermaskTrial } from './supermask-result.js';

const trial = (number: number, changes: Partial<SupermaskTrial> = {}): SupermaskTrial => ({
  trial: number,
  density: 0.31 + number / 100,
  weights: 82_522,
  layerDensities: [0.3, 0.4, 0.5],
  validationAccuracy: 0.9,
  testAccuracy: 0.91,
  deterministicValidationAccuracy: 0.9,
  deterministicTestAccuracy: 0.91,
  sweep: [],
  denseTestAccuracy: null,
  rows: Array.from({ length: 11 }, (_, i) => ({
    iteration: 1000 * i,
    validationLoss: 1,
    validationAccuracy: 0.96 - 0.86 * 0.5 ** i - number / 100,
    testLoss: null,
    testAccuracy: null,
    trainLoss: null,
  })),
  digest: '',
  microsecondsPerStep: 0,
  seconds: 1,
  ...changes,
});

const sweep = Array.from({ length: 12 }, (_, i) => ({
  density: 0.8 ** (i + 1),
  testAccuracy: 0.86 - 0.01 * (i - 6) ** 2,
  validationAccuracy: 0.85 - 0.01 * (i - 6) ** 2,
}));
const drawn = {
  learned: supermaskFigure({ kind: 'learned' }, [trial(0), trial(1)], 'wide'),
  heuristic: supermaskFigure({ kind: 'heuristic' }, [trial(0, { sweep, denseTestAccuracy: 0.98 })], 'wide'),
};

describe.each(['learned', 'heuristic'] as const)('the figure of %s supermasks', (kind) => {
  it('is as its snapshot', async () => {
    await expect(drawn[kind]).toMatchFileSnapshot(`snapshots/${kind}.svg`);
  });

  it('becomes a picture', async () => {
    const png = (await loadPngRenderer())(drawn[kind] ?? '');
    expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });
});

describe('a search without two points', () => {
  it('has no figure', () => {
    const rows = trial(0).rows.slice(0, 1);
    expect(supermaskFigure({ kind: 'edge-popup' }, [trial(0, { rows })], 'wide')).toBeNull();
    expect(supermaskFigure({ kind: 'heuristic' }, [trial(0)], 'wide')).toBeNull();
  });
});
