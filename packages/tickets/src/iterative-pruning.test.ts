import { countOnes, maskIndices } from '@winnow/arithmetic';
import { digestParameters, initialParameters } from '@winnow/engine';
import { describe, expect, it } from 'vitest';
import type { CellId } from './cells/cell.js';
import type { TrainingStart } from './cells/search.js';
import { iterativePruning, type SearchInMemory, type Trained } from './iterative-pruning.js';
import { searchOf, tiny } from './testing/tiny.js';

interface Told extends Trained {
  readonly accuracy: number;
}

/** A training that doubles every weight, and asks no data. */
function searchInMemory(changes: Partial<SearchInMemory<Told>> = {}) {
  const calls: { start: TrainingStart; cell: CellId }[] = [];
  const train = async (start: TrainingStart, cell: CellId): Promise<Told> => {
    calls.push({ start, cell });
    const parameters = start.start.map(({ weights, biases }) => ({ weights: weights.map((w) => 2 * w), biases }));
    const snapshots = new Map(start.snapshotAt.map((iteration) => [iteration, parameters]));
    return { parameters, snapshots, accuracy: 1 - cell.level / 10 };
  };
  return { search: { ...searchOf(), trial: 1, rounds: 3, train, ...changes }, calls };
}

const rewound = ({ masks }: TrainingStart, { seed, recipe }: SearchInMemory<Told>) =>
  initialParameters(tiny, masks, recipe.initialisation, { seed, trial: 1, draw: { kind: 'initial' } });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('the search in memory', () => {
  it('yields the dense level, then a ticket a round, with what its training said', async () => {
    const levels = await all(iterativePruning(searchInMemory().search));
    expect(levels.map(({ kind, level, accuracy }) => [kind, level, accuracy])).toEqual([
      ['dense', 0, 1],
      ['ticket', 1, 0.9],
      ['ticket', 2, 0.8],
      ['ticket', 3, 0.7],
    ]);
    expect(levels.map(({ masks }) => masks.map(countOnes))).toEqual([
      [12, 6],
      [10, 5],
      [8, 4],
      [6, 4],
    ]);
  });

  it('every ticket starts from the initial values of its survivors', async () => {
    const { search, calls } = searchInMemory();
    await all(iterativePruning(search));
    for (const { start } of calls) {
      expect(digestParameters(start.start)).toBe(digestParameters(rewound(start, search)));
    }
  });

  it('rewinds what is kept and zeroes what is pruned unless it is told otherwise', async () => {
    const { search, calls } = searchInMemory();
    const { mask1: _, mask0: _1, ...plain } = search;
    await all(iterativePruning(plain));
    const usual = calls.map(({ start }) => digestParameters(start.start));
    expect(usual).toEqual(calls.map(({ start }) => digestParameters(rewound(start, search))));
    const other = searchInMemory({ mask1: 'reinit' });
    await all(iterativePruning(other.search));
    expect(other.calls.map(({ start }) => digestParameters(start.start))).not.toEqual(usual);
  });

  it('masks are nested: a pruned weight never comes back', async () => {
    const levels = await all(iterativePruning(searchInMemory().search));
    for (let level = 1; level < levels.length; level++) {
      for (const [l, mask] of levels[level].masks.entries()) {
        const before = new Set(maskIndices(levels[level - 1].masks[l]));
        expect([...maskIndices(mask)].every((position) => before.has(position))).toBe(true);
      }
    }
  });

  it('trains a level only when it is asked for', async () => {
    const { search, calls } = searchInMemory();
    const levels = iterativePruning(search);
    await levels.next();
    await levels.next();
    expect(calls.map(({ cell }) => cell.level)).toEqual([0, 1]);
  });

  it('no rounds are the dense training alone', async () => {
    expect(await all(iterativePruning(searchInMemory({ rounds: 0 }).search))).toHaveLength(1);
  });

  it.each([
    ['one-shot', 'one-shot'],
    ['continued', 'continued'],
  ] as const)('runs the schedule %s', async (schedule, kind) => {
    const levels = await all(iterativePruning(searchInMemory({ schedule }).search));
    expect(levels.map((level) => level.kind)).toEqual(['dense', kind, kind, kind]);
    expect(levels[3].masks.map(countOnes)).toEqual([6, 4]);
  });

  it('rewinds to the values that the dense training kept', async () => {
    const { search, calls } = searchInMemory({ rewind: { kind: 'iteration', iteration: 100 } });
    await all(iterativePruning(search));
    expect(calls.map(({ start }) => start.startIteration)).toEqual([0, 100, 100, 100]);
    expect(calls[0].start.snapshotAt).toEqual([100]);
  });
});
