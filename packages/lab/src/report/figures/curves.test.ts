import { describe, expect, it } from 'vitest';
import { syntheticRun } from '../testing/synthetic-run.js';
import { curvePanels } from './curves.js';

const shown = (run: Parameters<typeof syntheticRun>[0]) =>
  curvePanels(syntheticRun(run)).map((panel) => panel.curves.map((curve) => Number((100 * curve.density).toFixed(1))));

describe('which curves are drawn', () => {
  it('the densities of the paper, and the same masks re-initialised', () => {
    expect(shown({ levels: 20, trials: 1 })).toEqual([
      [100, 51.3, 21.1],
      [100, 7, 3.6, 1.9],
      [100, 51.3, 21.1, 3.6],
    ]);
  });

  it('few levels: all of them', () => {
    expect(shown({ levels: 2, trials: 1, kinds: ['ticket'] })).toEqual([[100, 80, 64.1]]);
    expect(shown({ levels: 0, trials: 1 })).toEqual([[100]]);
  });

  it('has no curve where test data was never evaluated', () => {
    expect(shown({ levels: 3, trials: 1, test: false })).toEqual([]);
  });
});

describe('a curve over trials', () => {
  it('has only iterations at which every trial was evaluated on test data, and no invented value', () => {
    const run = syntheticRun({ levels: 3, trials: 3 });
    const curve = curvePanels(run)[0].curves[1];
    const cells = run.cells.filter((cell) => cell.kind === 'ticket' && cell.density === curve.density);
    for (const point of curve.points) {
      const values = cells.map((cell) => cell.rows.find((row) => row.iteration === point.iteration)!.testAccuracy!);
      expect(values).not.toContain(null);
      expect(point.min).toBe(Math.min(...values));
      expect(point.max).toBe(Math.max(...values));
    }
    expect(curve.points.map((point) => point.iteration)).toContain(12_000);
    expect(curve.earlyStop).toBe(null);
  });

  it('marks the early stop of a single training', () => {
    const run = syntheticRun({ levels: 3, trials: 1 });
    const dense = run.cells.find((cell) => cell.kind === 'dense')!;
    expect(curvePanels(run)[0].curves[0].earlyStop).toEqual({
      iteration: dense.earlyStop.iteration,
      accuracy: dense.earlyStop.testAccuracy,
    });
  });
});
