import { describe, expect, it } from 'vitest';
import { tinyExperiment } from '../testing/experiments.js';
import { runExperiment } from './run-experiment.js';

const before = ['snip', 'grasp', 'synflow', 'erk', 'uniform'] as const;
const run = (changes: Parameters<typeof tinyExperiment>[0], backend: 'reference' | 'wasm') =>
  runExperiment(tinyExperiment(changes), { choice: { backend }, workers: 1 });

describe('finders before training', () => {
  it('stand beside the others, with as many weights, and the same bits on every backend', async () => {
    const changes = { schedule: ['iterative', ...before], controls: [] } as const;
    const { cells } = await run(changes, 'reference');
    const ticket = cells.filter(({ kind }) => kind === 'ticket').map(({ weights }) => weights);
    for (const method of before) {
      const own = cells.filter(({ kind }) => kind === method);
      expect(own.map(({ weights, stored }) => [weights, stored])).toEqual(ticket.map((weights) => [weights, weights]));
    }
    expect(new Set(cells.map(({ digest }) => digest)).size).toBe(cells.length);
    const { cells: compiled } = await run(changes, 'wasm');
    expect(compiled.map(({ digest }) => digest)).toEqual(cells.map(({ digest }) => digest));
  });

  it.each(before)('%s alone is searched, and its controls follow its masks', async (schedule) => {
    const controls = ['reinit', 'random', 'shuffle', 'invert'] as const;
    const { cells, winner } = await run({ schedule, controls, pruning: { rounds: 1 } }, 'wasm');
    expect(cells.map(({ kind }) => kind)).toEqual(['dense', schedule, ...controls]);
    expect(new Set(cells.slice(1).map(({ weights }) => weights)).size).toBe(1);
    if (winner !== null) expect(winner.level).toBe(1);
  });
});

describe('sanity checks', () => {
  it.each([0, 20])('shuffle and invert start where tickets do, rewound to %d', async (rewind) => {
    const { cells } = await run({ rewind, controls: ['shuffle', 'invert'] }, 'wasm');
    expect(cells.map(({ level, kind }) => `${level} ${kind}`)).toEqual([
      '0 dense',
      ...[1, 2].flatMap((level) => ['ticket', 'shuffle', 'invert'].map((kind) => `${level} ${kind}`)),
    ]);
    for (const { earlyStop, level } of cells) if (level > 0) expect(earlyStop.iteration).toBeGreaterThan(rewind);
    expect(new Set(cells.map(({ digest }) => digest)).size).toBe(cells.length);
  });
});
