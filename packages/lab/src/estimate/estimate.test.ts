import { reference, weightCount } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import { searchOf } from '../experiment/experiment.js';
import type { ExperimentInput } from '../experiment/schema.js';
import { planCells } from '../plan/cells.js';
import { tinyExperiment, tinyIdentity, tinyLaidOut } from '../testing/experiments.js';
import { cellBytes, cellSeconds } from './cell-cost.js';
import { measureSpeed, type Speed, sharesOf, stepSeconds } from './speed.js';

const speed: Speed = {
  steps: [
    { weights: 10, seconds: 2 },
    { weights: 20, seconds: 3 },
    { weights: 100, seconds: 7 },
  ],
};

describe('the time of a training step', () => {
  it('lies on the straight lines between what was measured, and beyond', () => {
    expect([10, 15, 20, 60, 100].map((weights) => stepSeconds(speed, weights))).toEqual([2, 2.5, 3, 5, 7]);
    expect(stepSeconds(speed, 5)).toBe(1.5);
    expect(
      stepSeconds(
        {
          steps: [
            { weights: 10, seconds: 0 },
            { weights: 20, seconds: 3 },
          ],
        },
        1,
      ),
    ).toBe(0);
  });

  it('is measured from few weights to all, whatever the recipe would do to them', () => {
    const wild = tinyExperiment({ recipe: { optimizer: { rate: 1e30 }, weightDecay: 1e30, warmup: 9 } });
    const { steps } = measureSpeed(reference, searchOf(wild), tinyLaidOut());
    expect(steps.at(-1)?.weights).toBe(weightCount(wild.network));
    for (const { seconds } of steps) expect(seconds).toBeGreaterThan(0);
  });

  it('is measured where the search passes, layer by layer as sparse', () => {
    const sharesWith = (pruning: ExperimentInput['pruning']) => sharesOf(searchOf(tinyExperiment({ pruning })));
    expect(sharesWith({ rate: 0.5, outputRate: 0.5 })).toEqual([
      [15 / 120, 3 / 30],
      [60 / 120, 15 / 30],
      [1, 1],
    ]);
    // The output layer stays whole, so that a fifth of all is never reached.
    expect(sharesWith({ rate: 0.5, outputRate: 0 })).toEqual([
      [60 / 120, 1],
      [1, 1],
    ]);
    const alike = [2 / 150, 18 / 150, 75 / 150, 1].map((density) => [density, density]);
    expect(sharesWith({ rate: 0.5, outputRate: 0.5, scope: 'global' })).toEqual(alike);
  });
});

describe('the estimate of a cell', () => {
  const experiment = tinyExperiment();
  const [dense, ticket] = planCells(experiment, tinyIdentity);

  it('counts its steps and its evaluations', () => {
    const data = tinyLaidOut();
    const evaluations = (7 * (data.validation.count + data.test.count / 2) * 0.4) / 64;
    expect(cellSeconds(dense, experiment.recipe, data, speed)).toBeCloseTo(
      stepSeconds(speed, 150) * (60 + evaluations),
      9,
    );
  });

  it('falls with the weights that survive', () => {
    const bytes = (cell: typeof dense) => cellBytes(cell, experiment.recipe, 150, 13);
    expect(bytes(dense) - bytes(ticket)).toBe(4 * (dense.weights - ticket.weights));
    expect(bytes({ ...dense, snapshotAt: [20] }) - bytes(dense)).toBe(Math.ceil(150 / 8) + 4 * (150 + 13));
  });
});
