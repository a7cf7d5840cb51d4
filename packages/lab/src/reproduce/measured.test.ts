import { describe, expect, it } from 'vitest';
import { syntheticRun } from '../report/testing/synthetic-run.js';
import { accuraciesOf, bandAccuracies, cellsAt, levelNear } from './measured.js';

const { cells } = syntheticRun({ trials: 2, kinds: ['ticket', 'random'] });

describe('the level near a density', () => {
  it('is the nearest of those that were pruned; none where none is near', () => {
    expect([0.513, 0.211, 0.19, 0.036].map((density) => levelNear(cells, density))).toEqual([3, 7, 7, 15]);
    expect(levelNear(cells, 0.002)).toBeNull();
    expect(levelNear(cellsAt(cells, 'dense', 0), 1)).toBeNull();
  });
});

describe('the mean over a band of densities', () => {
  it('is one for each trial, over its tickets from 52 to 2 % of the weights: levels 3 to 17', () => {
    const trials = [1, 2].map((trial) => {
      const own = cells.filter(
        (cell) => cell.trial === trial && cell.kind === 'ticket' && cell.level >= 3 && cell.level <= 17,
      );
      expect(own).toHaveLength(15);
      return accuraciesOf(own).reduce((sum, value) => sum + value, 0) / 15;
    });
    expect(bandAccuracies(cells, cells)).toEqual(trials);
  });

  it('leaves out a trial that has not come to its last level', () => {
    const early = cells.filter((cell) => cell.trial === 1 || cell.level < 17);
    expect(bandAccuracies(early, cells)).toEqual(bandAccuracies(cells, cells).slice(0, 1));
    expect(bandAccuracies([], cells)).toEqual([]);
  });
});
