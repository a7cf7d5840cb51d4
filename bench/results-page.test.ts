import { expect, it } from 'vitest';
import { joined, pageOf, resultsPage } from './results-page.mjs';

const target = { what: 'a step', unit: '×', atLeast: 3 };
const run = {
  command: 'node bench/run.mjs --json',
  machine: { processor: 'A processor', cores: 2, system: 'Linux x64', node: '20.20.2', data: 'MNIST' },
  targets: [
    { ...target, median: 3.5, best: 4, isReached: true },
    { what: 'memory', unit: 'MB', atMost: 250, median: 300, best: 300, isReached: false },
    { ...target, what: 'another step', median: null, best: null, isReached: null },
  ],
  tables: [
    {
      id: 'step',
      title: 'A step',
      unit: 'µs',
      columns: ['winnow', 'Peer', 'Missing'],
      rows: [
        {
          label: '100 %',
          cells: [{ medianMicroseconds: 400, bestMicroseconds: 380 }, { median: 1600, best: 1400 }, null],
          ratios: [1, 4, null],
        },
      ],
      notes: ['a note'],
    },
  ],
};
const page = resultsPage(joined([run]));

it('a results page holds every target with its verdict, and every table with its ratios', () => {
  expect(page).toContain('1 of 3 are reached by the medians, 1 are not. 1 were not measured.');
  expect(page).toContain('| a step | ≥ 3 × | 3.50 × | 4.00 × | reached |');
  expect(page).toContain('| memory | ≤ 250 MB | 300 MB | 300 MB | **not reached** |');
  expect(page).toContain('| another step | ≥ 3 × | – | – | not measured |');
  expect(page).toContain('| 100 % | 400 (380) | 1,600, 4.00 × (1,400) | – |');
  expect(page).toContain('- a note');
});

it('a run of convolutions alone has a page of its own, which is silent about what it did not measure', () => {
  const convolutions = { ...run, tables: run.tables.map((table) => ({ ...table, id: 'conv-2-2-threads' })) };
  expect([run, convolutions].map((one) => pageOf(joined([one])))).toEqual(['speed', 'speed-convolutions']);
  const own = resultsPage(joined([convolutions]));
  expect(own).toContain('# Speed of convolutions');
  expect(own).toContain('1 of 2 are reached by the medians, 1 are not.\n');
  expect(own).not.toContain('not measured');
});

it('tables and targets of a later run replace those of an earlier one', () => {
  const later = {
    ...run,
    command: 'node bench/run.mjs --networks conv-4 --json',
    targets: run.targets.map((target) => ({
      ...target,
      ...(target.what === 'memory' ? { median: 200, best: 190, isReached: true } : { median: null, isReached: null }),
    })),
    tables: [{ ...run.tables[0], title: 'The same step', notes: [] }],
  };
  const both = resultsPage(joined([run, later]));
  expect(both).toContain('2 runs of the bench.');
  expect(both).toContain('    node bench/write-results.mjs run-1.json run-2.json');
  expect(both).toContain('| memory | ≤ 250 MB | 200 MB | 190 MB | reached |');
  expect(both).toContain('| a step | ≥ 3 × | 3.50 × |');
  expect(both).toContain('### The same step');
  expect(both).not.toContain('### A step');
});
