import type { CellId } from '@winnow/tickets';
import { describe, expect, it } from 'vitest';
import { searchOf } from '../experiment/experiment.js';
import type { ExperimentInput } from '../experiment/schema.js';
import { tinyExperiment, tinyIdentity } from '../testing/experiments.js';
import { cellHash, cellName } from './name.js';
import { neutralValues, withoutNeutral } from './neutral.js';
import { cellSettings, type DataIdentity } from './settings.js';

const ids = {
  dense: { trial: 0, level: 0, kind: 'dense', replicate: 0 },
  ticket: { trial: 0, level: 7, kind: 'ticket', replicate: 0 },
  reinit: { trial: 1, level: 7, kind: 'reinit', replicate: 2 },
  random: { trial: 0, level: 7, kind: 'random', replicate: 0 },
  'one-shot': { trial: 0, level: 7, kind: 'one-shot', replicate: 0 },
  continued: { trial: 0, level: 7, kind: 'continued', replicate: 0 },
} as const satisfies Record<string, CellId>;
type Kind = keyof typeof ids;
const kinds = Object.keys(ids) as Kind[];

function nameOf(cell: CellId, changes: Partial<ExperimentInput> = {}, data: DataIdentity = tinyIdentity): string {
  return cellName(cell, cellHash(cellSettings(searchOf(tinyExperiment(changes)), data, cell)));
}

describe('the name of a cell', () => {
  // These never change: a changed name would train finished work again.
  it.each([
    ['dense', 'trial-0/level-00-dense-84ba7561107c9a7e'],
    ['ticket', 'trial-0/level-07-ticket-033a95f7fac34ab0'],
    ['reinit', 'trial-1/level-07-reinit-2-76a79dafd8438c48'],
    ['random', 'trial-0/level-07-random-3219aec9ae0232c4'],
    ['one-shot', 'trial-0/level-07-one-shot-71e870e526545940'],
    ['continued', 'trial-0/level-07-continued-be3696b1842910af'],
  ] as const)('of the kind %s is what it always was', (kind, name) => {
    expect(nameOf(ids[kind])).toBe(name);
  });

  it.each([
    ['snip', '1577bd44228a78ec'],
    ['grasp', 'f1c692ab222b079c'],
    ['synflow', 'adcf62528899d4a8'],
    ['erk', '99b7ced68d97f12e'],
    ['uniform', 'aa9d09021e416a82'],
    ['shuffle', '5dc858b426e77dae'],
    ['invert', '60f7644f6f9ed76b'],
  ] as const)('of %s is what it always was, and follows the criterion only where its masks do', (kind, hash) => {
    const cell = { trial: 0, level: 7, kind, replicate: 0 };
    expect(nameOf(cell)).toBe(`trial-0/level-07-${kind}-${hash}`);
    const follows = kind === 'shuffle' || kind === 'invert';
    const ranked = { rounds: 2, criterion: 'movement' } as const;
    expect(nameOf(cell, { pruning: ranked }) !== nameOf(cell)).toBe(follows);
    expect(nameOf(cell, { schedule: 'one-shot' }) !== nameOf(cell)).toBe(follows);
    expect(nameOf(cell, { pruning: { rounds: 2, rate: 0.3 } })).not.toBe(nameOf(cell));
  });

  /** Changes of an experiment, and the kinds of cells whose bits they decide. */
  const all = kinds;
  const pruned = kinds.filter((kind) => kind !== 'dense');
  const ranked = pruned.filter((kind) => kind !== 'random');
  it.each<[string, Partial<ExperimentInput>, readonly Kind[]]>([
    ['the seed', { seed: 2 }, all],
    ['the batch', { recipe: { iterations: 60, evaluateEvery: 10, batch: 30 } }, all],
    ['the rate', { recipe: { iterations: 60, evaluateEvery: 10, batch: 20, optimizer: { rate: 0.5 } } }, all],
    ['a warm-up', { recipe: { iterations: 60, evaluateEvery: 10, batch: 20, warmup: 5 } }, all],
    ['the pruning rate', { pruning: { rounds: 2, rate: 0.3 } }, pruned],
    ['the output rate', { pruning: { rounds: 2, outputRate: 0.2 } }, pruned],
    ['the scope', { pruning: { rounds: 2, scope: 'global' } }, pruned],
    ['keeping layers alive', { pruning: { rounds: 2, keepLayersAlive: true } }, pruned],
    ['the criterion', { pruning: { rounds: 2, criterion: 'movement' } }, ranked],
    ['rewinding', { rewind: 20 }, ['ticket', 'one-shot', 'reinit']],
    ['rewinding the rate', { rewind: 'rate' }, ['ticket', 'one-shot', 'reinit']],
    ['a mask-1 action', { mask1: 'reinit' }, ['ticket', 'one-shot', 'reinit']],
    ['a mask-0 action', { mask0: 'frozen' }, ['ticket', 'one-shot', 'reinit']],
    ['the schedule', { schedule: 'one-shot' }, ['reinit']],
    ['a second schedule', { schedule: ['iterative', 'one-shot'] }, []],
    ['the number of levels', { pruning: { rounds: 9 } }, []],
    ['the number of trials', { trials: 9 }, []],
    ['the controls', { controls: [] }, []],
  ])('changes with %s where that decides its bits, and only there', (_, changes, changed) => {
    expect(kinds.filter((kind) => nameOf(ids[kind], changes) !== nameOf(ids[kind]))).toEqual(
      kinds.filter((kind) => changed.includes(kind)),
    );
  });

  it.each<[string, DataIdentity]>([
    ['the data', { ...tinyIdentity, digest: 'other' }],
    ['the scale of the data', { ...tinyIdentity, scale: 1 }],
    ['the size of the split', { ...tinyIdentity, split: { validation: 41, stratified: false } }],
    ['a stratified split', { ...tinyIdentity, split: { validation: 40, stratified: true } }],
  ])('changes with %s', (_, data) => {
    for (const kind of kinds) expect(nameOf(ids[kind], {}, data)).not.toBe(nameOf(ids[kind]));
  });

  it('tells apart random masks by how global pruning chose the counts they follow', () => {
    const global = { rounds: 2, scope: 'global' } as const;
    const before = nameOf(ids.random, { pruning: global });
    expect(nameOf(ids.random, { pruning: { ...global, criterion: 'movement' } })).not.toBe(before);
    expect(nameOf(ids.random, { pruning: global, rewind: 20 })).not.toBe(before);
  });

  it('does not depend on the name of the network', () => {
    const { network } = tinyExperiment();
    expect(nameOf(ids.ticket, { network: { ...network, name: 'other' } })).toBe(nameOf(ids.ticket));
  });

  it('differs between any two cells', () => {
    expect(new Set(kinds.map((kind) => nameOf(ids[kind]))).size).toBe(kinds.length);
    expect(nameOf({ ...ids.reinit, replicate: 1 })).not.toBe(nameOf(ids.reinit));
    expect(nameOf({ ...ids.ticket, trial: 1 })).not.toBe(nameOf(ids.ticket));
  });
});

describe('neutral values', () => {
  it('are fixed forever', () => {
    expect(neutralValues).toMatchObject({
      replicate: 0,
      schedule: 'iterative',
      rewind: { kind: 'iteration', iteration: 0 },
      'split.stratified': false,
      'pruning.scope': 'layer',
      'pruning.keepLayersAlive': false,
      mask1: 'rewind',
      mask0: 'zero',
    });
  });

  it('leave a setting out only where it has one, at its own place', () => {
    const settings = {
      replicate: 0,
      rewind: { iteration: 0, kind: 'iteration' },
      split: { validation: 5000, stratified: false, replicate: 0 },
      pruning: { scope: 'global', keepLayersAlive: false, rate: 0.2 },
      trial: 0,
    };
    expect(withoutNeutral(settings)).toEqual({
      split: { validation: 5000, replicate: 0 },
      pruning: { scope: 'global', rate: 0.2 },
      trial: 0,
    });
  });
});
