import { describe, expect, it } from 'vitest';
import { globally, searchOf } from '../testing/tiny.js';
import type { CellId, CellKind } from './cell.js';
import { cellDependencies } from './dependencies.js';

const cell = (kind: CellKind, level: number, replicate = 0): CellId => ({ kind, level, trial: 2, replicate });
const dense = cell('dense', 0);

describe('what a cell waits for', () => {
  const iterative = searchOf();
  const rewound = searchOf({ rewind: { kind: 'iteration', iteration: 500 } });
  const oneShot = searchOf({ schedule: 'one-shot' });
  const continued = searchOf({ schedule: 'continued' });
  const global = searchOf({ pruning: globally });
  const globalOneShot = searchOf({ pruning: globally, schedule: 'one-shot' });

  it.each([
    ['the dense network: nothing', iterative, dense, []],
    ['the first ticket: the dense network', iterative, cell('ticket', 1), [dense]],
    ['a ticket: the one before', iterative, cell('ticket', 5), [cell('ticket', 4)]],
    ['a rewound ticket: also the dense snapshot', rewound, cell('ticket', 5), [cell('ticket', 4), dense]],
    ['the first rewound ticket: the dense network once', rewound, cell('ticket', 1), [dense]],
    ['a one-shot network: the dense one', oneShot, cell('one-shot', 5), [dense]],
    ['a one-shot network beside tickets: the dense one', iterative, cell('one-shot', 5), [dense]],
    ['the first continued network: the dense one', continued, cell('continued', 1), [dense]],
    ['a continued network: the one before', continued, cell('continued', 5), [cell('continued', 4)]],
    ['reinit: what its ticket is pruned from', iterative, cell('reinit', 5, 2), [cell('ticket', 4)]],
    ['reinit under rewinding: no snapshot', rewound, cell('reinit', 5, 2), [cell('ticket', 4)]],
    ['reinit of the first ticket: the dense network', iterative, cell('reinit', 1, 2), [dense]],
    ['reinit of a one-shot network: the dense one', oneShot, cell('reinit', 5, 2), [dense]],
    ['reinit of a continued network: the one before', continued, cell('reinit', 5, 2), [cell('continued', 4)]],
    ['random, layer by layer: nothing', iterative, cell('random', 5, 2), []],
    ['random, globally: what its ticket is pruned from', global, cell('random', 5, 2), [cell('ticket', 4)]],
    ['random, globally, one shot: the dense network', globalOneShot, cell('random', 5, 2), [dense]],
  ])('%s', (_, search, id, expected) => {
    expect(cellDependencies(search, id)).toEqual(expected);
  });
});
