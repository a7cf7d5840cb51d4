import { describe, expect, it } from 'vitest';
import { levelRows, otherKinds } from './levels.js';
import { markdownTable } from './markdown.js';
import { syntheticRun } from './testing/synthetic-run.js';

describe('the table by level', () => {
  const run = syntheticRun({ levels: 16, replicates: 2 });
  const rows = levelRows(run);

  it('has one row a level, dense first, with exact counts and one winner', () => {
    expect(rows.map((row) => row.level)).toEqual(Array.from({ length: 17 }, (_, level) => level));
    expect(rows.slice(0, 4).map((row) => row.weights)).toEqual([266_200, 213_060, 170_538, 136_511]);
    expect(rows.filter((row) => row.isWinner).map((row) => row.level)).toEqual([15]);
    expect(rows[0].difference).toBe(null);
  });

  it('spreads over trials, and over the replicates of controls', () => {
    expect(rows[3].testAccuracy?.count).toBe(3);
    expect(rows[3].others.get('reinit')?.count).toBe(6);
    expect(rows[0].others.get('reinit')).toBe(null);
    const accuracies = run.cells.flatMap((cell) =>
      cell.kind === 'ticket' && cell.level === 3 ? [cell.earlyStop.testAccuracy!] : [],
    );
    expect(rows[3].testAccuracy).toEqual({
      mean: (accuracies[0] + accuracies[1] + accuracies[2]) / 3,
      min: Math.min(...accuracies),
      max: Math.max(...accuracies),
      count: 3,
    });
  });

  it('compares each cell with the dense network of its own trial', () => {
    const of = (kind: string, level: number) =>
      run.cells
        .filter((cell) => cell.kind === kind && cell.level === level)
        .map((cell) => cell.earlyStop.testAccuracy!);
    const [dense, tickets] = [of('dense', 0), of('ticket', 7)];
    const differences = tickets.map((accuracy, trial) => accuracy - dense[trial]);
    expect(rows[7].difference).toBe((differences[0] + differences[1] + differences[2]) / 3);
  });

  it('shows the run’s own kind in rows and the others in columns', () => {
    expect(otherKinds(run)).toEqual(['reinit', 'random']);
    const oneShot = syntheticRun({ levels: 2, kinds: ['one-shot', 'reinit'] });
    expect(otherKinds(oneShot)).toEqual(['reinit']);
    expect(levelRows(oneShot)).toHaveLength(3);
    expect(levelRows(syntheticRun({ levels: 0 }))).toHaveLength(1);
  });

  it('has gaps where test data was not evaluated', () => {
    const [, row] = levelRows(syntheticRun({ levels: 1, test: false }));
    expect([row.testAccuracy, row.difference, row.others.get('reinit')]).toEqual([null, null, null]);
  });
});

describe('the Markdown table', () => {
  it('shows every level, ranges in brackets, the winner in bold', () => {
    const lines = markdownTable(syntheticRun({ levels: 16 }))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(19);
    expect(lines[0]).toBe(
      '| Level | Density | Weights | Early stop | Sooner | Test accuracy | To dense | re-initialised | random mask |',
    );
    expect(lines[2]).toMatch(
      /^\| 0 \| 100 % \| 266,200 \| [\d,]+ \([\d,]+–[\d,]+\) \| {2}\| 9\d\.\d\d % \(9\d\.\d\d–9\d\.\d\d\) \|/,
    );
    expect(lines[17]).toMatch(/^\| \*\*15\*\* \| 3\.6 % \| 9,537 \|/);
  });

  it('stands beside what a paper found, for the levels that it speaks of', () => {
    const paper = [
      { level: 7, says: 'stops 38 % sooner', source: 'LTH §2' },
      { level: 15, says: 'as good as dense', source: 'LTH §2' },
      { level: 15, says: 'reinit worse', source: 'LTH Figure 4' },
    ];
    const lines = markdownTable(syntheticRun({ levels: 16, trials: 1 }), paper)
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/ \| The paper \|$/);
    expect(lines[3]).toMatch(/^\| 7 \| 21\.1 % .* \| stops 38 % sooner \(LTH §2\) \|$/);
    expect(lines[4]).toMatch(/ \| as good as dense \(LTH §2\); reinit worse \(LTH Figure 4\) \|$/);
    expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
  });
});
