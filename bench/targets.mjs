/** What the rows should show, and whether a run did. Ratios are of medians, with those of the best windows beside them. */

import { PEERS } from './peers/peers.mjs';

const divide = (a, b) => (a === undefined || b === undefined ? undefined : a / b);

/** Peers' time over ours in a row. `peers` are columns; the fastest of them counts. */
const faster = (table, row, peers) => (cell) => {
  const times = peers.map((column) => cell(table, row, column)).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : divide(Math.min(...times), cell(table, row, 'winnow'));
};
const value = (table, row, column) => (cell) => cell(table, row, column);

const PYTORCH = ['PyTorch, masks', 'PyTorch, no masks'];
const MASKED = ['PyTorch, masks'];
const SEARCH = 'whole search, training only: steps measured in turns';
const ONE_TRAINING = 'whole search beside one dense training';

/** A step of a convolutional network beside PyTorch with oneDNN. */
const convolution = (network, label, atLeast, threads = 1) => ({
  what: `${network} step at ${label}, ${threads} thread${threads > 1 ? 's' : ''}, PyTorch masked / winnow`,
  atLeast,
  of: faster(`${network}${threads > 1 ? `-${threads}-threads` : ''}`, label, MASKED),
});

export const TARGETS = [
  { what: "step, dense, 1 thread, PyTorch's best / winnow", atLeast: 3, of: faster('step', '100 %', PYTORCH) },
  { what: 'step at 20 %, PyTorch masked / winnow', atLeast: 9, of: faster('step', '20 %', MASKED) },
  { what: 'step at 3.6 %, PyTorch masked / winnow', atLeast: 33, of: faster('step', '3.6 %', MASKED) },
  { what: 'step at 1 %, PyTorch masked / winnow', atLeast: 70, of: faster('step', '1 %', MASKED) },
  {
    what: 'supermask step at batch 60, PyTorch / winnow',
    atLeast: 3,
    of: faster('supermask', 'batch 60', ['PyTorch']),
  },
  {
    what: 'supermask step at batch 250, PyTorch / winnow',
    atLeast: 3,
    of: faster('supermask', 'batch 250', ['PyTorch']),
  },
  convolution('conv-2', '100 %', 1.1),
  convolution('conv-2', '20 %', 4.5),
  convolution('conv-2', '10 %', 7),
  convolution('conv-2', '2 %', 16),
  ...['conv-4', 'conv-6', 'resnet-20'].flatMap((network) => [
    convolution(network, '100 %', 1),
    convolution(network, '20 %', 4),
    convolution(network, '2 %', 14),
  ]),
  convolution('conv-2', '20 %', 4, 2),
  { what: 'whole 20-round search, PyTorch masked / winnow', atLeast: 9, of: faster('search', SEARCH, MASKED) },
  {
    what: 'whole 20-round search / one dense PyTorch training',
    atMost: 2.5,
    of: (cell) => divide(cell('search', ONE_TRAINING, 'winnow'), cell('search', ONE_TRAINING, 'PyTorch, no masks')),
  },
  { what: 'two trials on two cores / one on one, dense', atLeast: 1.9, of: value('trials', '100 %', 'two / one') },
  { what: 'two trials on two cores / one on one, 20 %', atLeast: 1.9, of: value('trials', '20 %', 'two / one') },
  {
    what: 'WebAssembly, dense, jax-js / winnow (zero pixels skipped)',
    atLeast: 3,
    of: faster('step-wasm', '100 %', ['jax-js']),
  },
  { what: 'WebAssembly, 20 %, jax-js / winnow', atLeast: 6, of: faster('step-wasm', '20 %', ['jax-js']) },
  {
    what: 'WebAssembly, dense, TensorFlow.js / winnow',
    atLeast: 7,
    of: faster('step-wasm', '100 %', ['TensorFlow.js']),
  },
  {
    what: 'WebAssembly, 20 %, TensorFlow.js / winnow',
    atLeast: 20,
    of: faster('step-wasm', '20 %', ['TensorFlow.js']),
  },
  {
    what: 'WebAssembly on the newest engine / native code of the same width, dense',
    atMost: 1.3,
    of: (cell) => divide(cell('engines', '100 %', PEERS.node24.title), cell('engines', '100 %', 'winnow')),
  },
  {
    what: 'inference at 5 %, batch 1, onnxruntime dense / winnow',
    atLeast: 6,
    of: faster('inference-1', 'winnow at 5 %', ['onnxruntime, dense']),
  },
  {
    what: 'inference at 5 %, batch 64, onnxruntime dense / winnow',
    atLeast: 6,
    of: faster('inference-64', 'winnow at 5 %', ['onnxruntime, dense']),
  },
  {
    what: 'share of the load-bound peak, compressed kernels at 50 %',
    unit: '%',
    atLeast: 75,
    of: value('kernels', '50 %', 'all three'),
  },
  {
    what: 'share of the load-bound peak, compressed kernels at 20 %',
    unit: '%',
    atLeast: 75,
    of: value('kernels', '20 %', 'all three'),
  },
  {
    what: 'share of the load-bound peak, compressed kernels at 5 %',
    unit: '%',
    atLeast: 55,
    of: value('kernels', '5 %', 'all three'),
  },
  {
    what: 'evaluation / training in a whole search',
    atMost: 0.5,
    of: (cell) => {
      const training = cell('search', 'whole search, run to its end, training only', 'winnow');
      const all = cell('search', 'whole search, run to its end, with evaluation', 'winnow');
      return divide(all, training) === undefined ? undefined : all / training - 1;
    },
  },
  { what: 'peak memory of a whole search', unit: 'MB', atMost: 250, of: (_, first) => first('peak-memory') },
  { what: 'winnow --help', unit: 's', atMost: 0.15, of: value('start', 'winnow --help', 'winnow') },
  {
    what: 'winnow find, first training step',
    unit: 's',
    atMost: 1,
    of: value('start', 'winnow find, end of the first training step', 'winnow'),
  },
];

/**
 * Holds a run's tables against the targets: [{ what, unit, atLeast | atMost, median, best, isReached }]; median, best and isReached are null
 * for what was not measured. The medians decide.
 */
export function verdicts(tables) {
  const cells = (which) => {
    const read = (cell) => cell?.[which] ?? cell?.[`${which}Microseconds`];
    const cell = (id, label, column) => {
      const table = tables.find((candidate) => candidate.id === id);
      const row = table?.rows.find((candidate) => candidate.label === label);
      return read(row?.cells[table.columns.indexOf(column)]);
    };
    return [cell, (id) => read(tables.find((candidate) => candidate.id === id)?.rows[0].cells[0])];
  };
  return TARGETS.map(({ of, unit = '×', ...target }) => {
    const median = of(...cells('median'));
    if (median === undefined) return { ...target, unit, median: null, best: null, isReached: null };
    const isReached = target.atLeast === undefined ? median <= target.atMost : median >= target.atLeast;
    return { ...target, unit, median, best: of(...cells('best')), isReached };
  });
}
