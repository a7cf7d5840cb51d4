import { expect, it } from 'vitest';
import { pageOf, resultsPage } from './results-page.mjs';

const target = { what: 'a step', unit: '×', atLeast: 3 };
const run = {
  command: 'node bench/run.mjs --json',
  machine: { processor: 'A processor', cores: 2, system: 'Linux x64', node: '20.20.2', data: 'MNIST' },
  targets: [
    { ...target, median: 3.5, best: 4, isReached: true },
    { what: 'memory', unit: 'MB', atMost: 250, median: 300, best: 300, isReached: false },
    { ...target, median: null, best: null, isReached: null },
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
const page = resultsPage(run);

it('a results page holds every target with its verdict, and every table with its ratios', () => {
  expect(page).toContain('1 of 3 are reached by the medians, 1 are not. 1 were not measured.');
  expect(page).toContain('| a step | ≥ 3 × | 3.50 × | 4.00 × | reached |');
  expect(page).toContain('| memory | ≤ 250 MB | 300 MB | 300 MB | **not reached** |');
  expect(page).toContain('| a step | ≥ 3 × | – | – | not measured |');
  expect(page).toContain('| 100 % | 400 (380) | 1,600, 4.00 × (1,400) | – |');
  expect(page).toContain('- a note');
});

it('a run of convolutions alone has a page of its own, which is silent about what it did not measure', () => {
  const convolutions = { ...run, tables: run.tables.map((table) => ({ ...table, id: 'conv-2-2-threads' })) };
  expect([run, convolutions].map(pageOf)).toEqual(['speed', 'speed-convolutions']);
  const own = resultsPage(convolutions);
  expect(own).toContain('# Speed of convolutions');
  expect(own).toContain('1 of 2 are reached by the medians, 1 are not.\n');
  expect(own).not.toContain('not measured');
});
