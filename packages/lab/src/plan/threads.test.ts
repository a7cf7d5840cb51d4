import { describe, expect, it } from 'vitest';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { planCells } from './cells.js';
import { defaultThreads, idleThreads } from './threads.js';

const native = { name: 'native' } as const;
const cellsOf = (...input: Parameters<typeof tinyExperiment>) => planCells(tinyExperiment(...input), tinyIdentity);

describe('the threads of a worker', () => {
  it('are the cores that a chain of trainings leaves idle', () => {
    const chain = cellsOf({ controls: [] });
    expect(defaultThreads(native, chain, 2, 2)).toBe(2);
    expect(defaultThreads(native, chain, 1, 8)).toBe(8);
    expect(defaultThreads(native, chain, 8, 1000)).toBe(64);
  });

  it('are not one because of a few controls beside a chain', () => {
    const pruning = { rounds: 6 };
    expect(defaultThreads(native, cellsOf({ controls: ['reinit'], controlLevels: [4, 6], pruning }), 2, 2)).toBe(2);
    expect(defaultThreads(native, cellsOf({ controls: ['reinit'], pruning }), 2, 2)).toBe(1);
  });

  it('are one where trials and controls fill the cores', () => {
    expect(defaultThreads(native, cellsOf({ trials: 2, controls: [] }), 2, 2)).toBe(1);
    expect(defaultThreads(native, cellsOf({ controls: ['reinit', 'random'] }), 2, 2)).toBe(1);
    expect(defaultThreads(native, cellsOf({ trials: 3, controls: [] }), 8, 8)).toBe(2);
    expect(defaultThreads(native, cellsOf({ controls: [] }), 1, 1)).toBe(1);
  });

  it('are all cores where nothing else is trained', () => {
    expect(idleThreads(native, 1, 8)).toBe(8);
    expect(idleThreads(native, 3, 8)).toBe(2);
    expect(idleThreads(native, 9, 8)).toBe(1);
  });

  it('are one outside of native code', () => {
    expect(idleThreads({ name: 'reference' }, 1, 8)).toBe(1);
    expect(defaultThreads({ name: 'wasm' }, cellsOf({ controls: [] }), 2, 2)).toBe(1);
  });
});
