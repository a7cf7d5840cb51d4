import { describe, expect, it } from 'vitest';
import { secondsLeft } from '../estimate/time-left.js';
import { planCells } from '../plan/cells.js';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { byLongestChain, chainSeconds } from './order.js';

const cells = planCells(tinyExperiment({ pruning: { rounds: 3 } }), tinyIdentity);
const name = (cell: { readonly level: number; readonly kind: string }) => `${cell.level} ${cell.kind}`;

describe('which cell comes first', () => {
  it('is the one that most work waits for: tickets before their controls', () => {
    expect(byLongestChain(cells, () => 1).map(name)).toEqual([
      '0 dense',
      '1 ticket',
      '2 ticket',
      '1 reinit',
      '1 random',
      '2 reinit',
      '2 random',
      '3 ticket',
      '3 reinit',
      '3 random',
    ]);
  });

  it('follows from the seconds of the chain that starts with it', () => {
    const chain = chainSeconds(cells, ({ level }) => 10 - level);
    const secondsOf = new Map(cells.map((cell) => [name(cell), chain.get(cell.name)]));
    expect(secondsOf.get('0 dense')).toBe(10 + 9 + 8 + 7);
    expect(secondsOf.get('1 ticket')).toBe(9 + 8 + 7);
    expect(secondsOf.get('1 reinit')).toBe(9);
    expect(secondsOf.get('3 ticket')).toBe(7);
  });
});

describe('the time that is left', () => {
  const left = (workers: number, doneOf = (_: { readonly level: number }) => 0) =>
    secondsLeft({ cells, workers, doneOf, secondsOf: () => 2 });

  it('is the work over the workers, but no less than the longest chain', () => {
    expect(left(1)).toBe(20);
    expect(left(2)).toBe(10);
    expect(left(100)).toBe(8);
  });

  it('counts what is done of each cell', () => {
    expect(left(1, ({ level }) => (level === 0 ? 1 : 0))).toBe(18);
    expect(left(1, () => 0.5)).toBe(10);
    expect(left(1, () => 1)).toBe(0);
  });
});
