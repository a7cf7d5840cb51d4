import { countOnes, masksEqual } from '@winnow/arithmetic';
import { digestParameters, fullMasks, initialParameters, type Masks, type Parameters, restrict } from '@winnow/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prune } from '../pruning/prune.js';
import { globally, searchOf, tiny } from '../testing/tiny.js';
import type { CellId, CellKind } from './cell.js';
import type { Search, TrainedCell } from './search.js';
import { cellStart } from './start.js';

const trial = 3;
const cell = (kind: CellKind, level: number, replicate = 0): CellId => ({ kind, level, trial, replicate });
const dense = cell('dense', 0);
const initial = (search: Search, masks: Masks) =>
  initialParameters(tiny, masks, search.recipe.initialisation, { seed: search.seed, trial, draw: { kind: 'initial' } });

/** Stands in for a training: another value for each weight, all different, and biases that moved. */
function trainedFrom(search: Search, id: CellId, parents: readonly TrainedCell[]): TrainedCell {
  const { masks, start, snapshotAt } = cellStart(search, id, parents);
  const moved = (step: number): Parameters =>
    start.map(({ weights, biases }) => ({
      weights: weights.map((w, i) => w + Math.fround(((i * 7 + step) % 11) / 8)),
      biases: biases.map((b, i) => b + i + step),
    }));
  return { masks, parameters: moved(1), snapshots: new Map(snapshotAt.map((iteration) => [iteration, moved(2)])) };
}

describe('what a cell starts from', () => {
  const search = searchOf();
  const trainedDense = trainedFrom(search, dense, []);
  const ticket1 = trainedFrom(search, cell('ticket', 1), [trainedDense]);

  it('the dense network: every weight at its initial value', () => {
    const start = cellStart(search, dense, []);
    expect(start.masks).toEqual(fullMasks(tiny));
    expect(start.start).toEqual(initial(search, fullMasks(tiny)));
    expect(start).toMatchObject({ startIteration: 0, scheduleFrom: 'start', snapshotAt: [] });
  });

  it('a ticket: the survivors of one round at their initial values', () => {
    const start = cellStart(search, cell('ticket', 2), [ticket1]);
    const values = { initial: initial(search, ticket1.masks), final: ticket1.parameters };
    const expected = prune(tiny, ticket1.masks, values, search.pruning, { seed: search.seed, trial, level: 2 });
    expect(start.masks).toEqual(expected);
    expect(start.masks.map(countOnes)).toEqual([8, 4]);
    expect(digestParameters(start.start)).toBe(digestParameters(initial(search, expected)));
    expect(start).toMatchObject({ startIteration: 0, scheduleFrom: 'start', snapshotAt: [] });
  });

  it('a ticket rewound to an iteration: the dense values of that iteration, and the rest of the training', () => {
    const rewound = searchOf({ rewind: { kind: 'iteration', iteration: 500 } });
    expect(cellStart(rewound, dense, []).snapshotAt).toEqual([500]);
    const denseCell = trainedFrom(rewound, dense, []);
    const first = trainedFrom(rewound, cell('ticket', 1), [denseCell]);
    const start = cellStart(rewound, cell('ticket', 2), [first, denseCell]);
    const snapshot = denseCell.snapshots.get(500) ?? [];
    expect(start.start).toEqual(restrict(snapshot, fullMasks(tiny), start.masks));
    expect(start).toMatchObject({ startIteration: 500, scheduleFrom: 'start', snapshotAt: [] });
    expect(start.start[0].biases).toEqual(snapshot[0].biases);
  });

  it('a ticket under learning-rate rewinding: trained values, under the whole schedule again', () => {
    const rewound = searchOf({ rewind: { kind: 'rate' } });
    const start = cellStart(rewound, cell('ticket', 2), [ticket1]);
    expect(start.start).toEqual(restrict(ticket1.parameters, ticket1.masks, start.masks));
    expect(start).toMatchObject({ startIteration: 0, scheduleFrom: 'start' });
    expect(cellStart(rewound, dense, []).snapshotAt).toEqual([]);
  });

  it('a one-shot network: as many weights as the ticket has, chosen from the dense network, set back', () => {
    const start = cellStart(search, cell('one-shot', 2), [trainedDense]);
    expect(start.masks.map(countOnes)).toEqual([8, 4]);
    expect(start.start).toEqual(initial(search, start.masks));
    const late = searchOf({ schedule: 'one-shot', rewind: { kind: 'iteration', iteration: 500 } });
    const denseCell = trainedFrom(late, dense, []);
    const lateStart = cellStart(late, cell('one-shot', 2), [denseCell]);
    expect(lateStart.start).toEqual(restrict(denseCell.snapshots.get(500) ?? [], fullMasks(tiny), lateStart.masks));
    expect(lateStart.startIteration).toBe(500);
  });

  it('a continued network: trained values, at the rate where the schedule ended', () => {
    const continued = searchOf({ schedule: 'continued' });
    const first = trainedFrom(continued, cell('continued', 1), [trainedDense]);
    const start = cellStart(continued, cell('continued', 2), [first]);
    expect(start.start).toEqual(restrict(first.parameters, first.masks, start.masks));
    expect(start).toMatchObject({ startIteration: 0, scheduleFrom: 'end', snapshotAt: [] });
  });

  it('reinit: the mask of its ticket, every replicate another draw', () => {
    const ticket = cellStart(search, cell('ticket', 2), [ticket1]);
    const controls = [0, 1, 2].map((replicate) => cellStart(search, cell('reinit', 2, replicate), [ticket1]));
    const starts = new Set([ticket, ...controls].map(({ start }) => digestParameters(start)));
    expect(starts.size).toBe(4);
    for (const { masks } of controls) expect(masks).toEqual(ticket.masks);
  });

  it('reinit under another schedule: the mask of what that schedule trains', () => {
    const oneShot = searchOf({ schedule: 'one-shot' });
    const found = cellStart(oneShot, cell('one-shot', 3), [trainedDense]);
    expect(cellStart(oneShot, cell('reinit', 3, 1), [trainedDense]).masks).toEqual(found.masks);
  });

  it('controls start from the first iteration, wherever tickets are rewound to', () => {
    const rewound = searchOf({ rewind: { kind: 'iteration', iteration: 500 } });
    const denseCell = trainedFrom(rewound, dense, []);
    for (const control of ['reinit', 'random'] as const) {
      const parents = control === 'reinit' ? [denseCell] : [];
      expect(cellStart(rewound, cell(control, 1), parents)).toMatchObject({ startIteration: 0, scheduleFrom: 'start' });
    }
  });

  it('random: as many weights in each layer as the ticket, other masks for each replicate', () => {
    const ticket = cellStart(search, cell('ticket', 2), [ticket1]);
    const [first, second] = [0, 1].map((replicate) => cellStart(search, cell('random', 2, replicate), []));
    expect(first.masks.map(countOnes)).toEqual(ticket.masks.map(countOnes));
    expect(masksEqual(first.masks[0], second.masks[0])).toBe(false);
    expect(masksEqual(first.masks[0], ticket.masks[0])).toBe(false);
  });

  it('random and reinit of one replicate share one draw, and differ in their masks alone', () => {
    const { masks, start } = cellStart(search, cell('random', 2, 1), []);
    const draw = { kind: 'reinit', level: 2, replicate: 1 } as const;
    const of = { seed: search.seed, trial, draw };
    expect(start).toEqual(initialParameters(tiny, masks, search.recipe.initialisation, of));
    const reinit = cellStart(search, cell('reinit', 2, 1), [ticket1]);
    expect(reinit.start).toEqual(initialParameters(tiny, reinit.masks, search.recipe.initialisation, of));
  });

  it('the same layer densities hold for random masks in both scopes, at any rate and level', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.4, noNaN: true }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        fc.nat(),
        (rate, level, isGlobal, seed) => {
          const pruning = {
            ...(isGlobal ? globally : search.pruning),
            rate,
            outputRate: rate / 2,
            keepLayersAlive: true,
          };
          const drawn = searchOf({ pruning, seed });
          let before = trainedFrom(drawn, dense, []);
          for (let l = 1; l < level; l++) before = trainedFrom(drawn, cell('ticket', l), [before]);
          const ticket = cellStart(drawn, cell('ticket', level), [before]);
          const random = cellStart(drawn, cell('random', level, 4), isGlobal ? [before] : []);
          expect(random.masks.map(countOnes)).toEqual(ticket.masks.map(countOnes));
        },
      ),
    );
  });

  it('refuses the wrong number of finished cells, and a snapshot that was not kept', () => {
    expect(() => cellStart(search, cell('ticket', 2), [])).toThrow(
      'a ticket cell of level 2 needs 1 finished cells, not 0',
    );
    const rewound = searchOf({ rewind: { kind: 'iteration', iteration: 9 } });
    expect(() => cellStart(rewound, cell('ticket', 1), [trainedDense])).toThrow('no values of iteration 9');
  });
});
