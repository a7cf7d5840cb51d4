import { describe, expect, it } from 'vitest';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { planCells } from './cells.js';

const title = ({ trial, level, kind, replicate }: ReturnType<typeof planCells>[number]) =>
  [trial, level, kind, replicate].join(' ');

describe('the cells of an experiment', () => {
  const experiment = tinyExperiment({
    trials: 2,
    schedule: ['one-shot', 'continued'],
    controls: [{ kind: 'random', replicates: 2 }, 'reinit'],
    rewind: 20,
  });
  const cells = planCells(experiment, tinyIdentity);

  it('are the dense network, and at each level what every schedule trains and every control', () => {
    expect(cells.map(title).slice(0, 11)).toEqual([
      '0 0 dense 0',
      '0 1 one-shot 0',
      '0 1 continued 0',
      '0 1 random 0',
      '0 1 random 1',
      '0 1 reinit 0',
      '0 2 one-shot 0',
      '0 2 continued 0',
      '0 2 random 0',
      '0 2 random 1',
      '0 2 reinit 0',
    ]);
    expect(cells.map(title).slice(11)).toEqual(
      cells
        .map(title)
        .slice(0, 11)
        .map((name) => name.replace('0', '1')),
    );
  });

  it('have controls at the levels that are named only, and are the same ones', () => {
    const some = planCells({ ...experiment, controlLevels: [2] }, tinyIdentity);
    expect(some.map(title).filter((name) => name.startsWith('0'))).toEqual([
      '0 0 dense 0',
      '0 1 one-shot 0',
      '0 1 continued 0',
      '0 2 one-shot 0',
      '0 2 continued 0',
      '0 2 random 0',
      '0 2 random 1',
      '0 2 reinit 0',
    ]);
    expect(cells).toEqual(expect.arrayContaining([...some]));
  });

  it('have names of their own, and come after those that they wait for', () => {
    expect(new Set(cells.map(({ name }) => name)).size).toBe(cells.length);
    for (const [i, { dependencies }] of cells.entries()) {
      for (const name of dependencies) expect(cells.findIndex((cell) => cell.name === name)).toBeLessThan(i);
    }
    const waits = (place: number) =>
      cells[place].dependencies.map((name) => title(cells.find((cell) => cell.name === name)!));
    expect(waits(0)).toEqual([]);
    expect(waits(6)).toEqual(['0 0 dense 0']);
    expect(waits(7)).toEqual(['0 1 continued 0']);
    expect(waits(8)).toEqual([]);
    expect(waits(10)).toEqual(['0 0 dense 0']);
  });

  it('know how many weights they keep, and which iterations they train', () => {
    const [dense, oneShot, continued] = cells;
    expect(dense).toMatchObject({ weights: 150, density: 1, startIteration: 0, iterations: 60, snapshotAt: [20] });
    expect(oneShot).toMatchObject({ weights: 123, density: 123 / 150, startIteration: 20, iterations: 40 });
    expect(continued).toMatchObject({ weights: 123, startIteration: 0, iterations: 60, snapshotAt: [] });
  });
});
