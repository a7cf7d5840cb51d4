import { sigmoidf } from '@winnow/arithmetic';
import { CONSTANTS_ROW, maskKinds, optimizerCodes, SCRATCH_WORDS } from '../../plan/instructions.js';
import { type KernelCase, kernelCase } from '../kernel-case.js';
import { drawnMask, draws } from '../values.js';
import { constantsTable, type OptimizerName } from './constants.js';

interface MaskOf {
  readonly count: number;
  readonly rescale: 0 | 1;
  readonly seed: number;
}

const STEPS = 2;

/** Scores from certain to impossible bits; ±0 score and ties among them. */
function scoresOf({ count, seed }: MaskOf, scale: number): Float32Array {
  return draws(seed, 0, count).map((value, i) => (i % 7 === 3 ? 0 : value * (i % 11 === 5 ? 40 : scale)) + 0);
}

export function sampleMaskCase(of: MaskOf & { readonly scale: number }): KernelCase {
  const { count, rescale, seed, scale } = of;
  return kernelCase(`sample mask of ${count}, scores × ${scale}, rescale ${rescale}`, (arena) => ({
    steps: STEPS,
    program: [
      {
        op: 'sampleMask',
        count,
        scores: arena.floats('scores', scoresOf(of, scale)),
        values: arena.floats('values', draws(seed, 1, count)),
        weights: arena.space('weights', count),
        ones: arena.space('ones', 1),
        rescale,
        key0: 0x9abcdef0 | 0,
        key1: seed,
        counter1: 3,
        counter2: 0xffffffff | 0,
        counters: arena.words('counters', [7, -2]),
        probabilities: arena.space('probabilities', count),
      },
    ],
  }));
}

export function topMaskCase(of: MaskOf & { readonly keep: number; readonly tied: boolean }): KernelCase {
  const { count, rescale, seed, keep, tied } = of;
  const scores = tied ? scoresOf(of, 1).map((score) => Math.round(score) + 0) : scoresOf(of, 1);
  return kernelCase(`top mask of ${keep} in ${count}, tied ${tied}, rescale ${rescale}`, (arena) => ({
    program: [
      {
        op: 'topMask',
        count,
        keep,
        scores: arena.floats('scores', scores),
        values: arena.floats('values', draws(seed, 1, count)),
        weights: arena.space('weights', count),
        ones: arena.space('ones', 1),
        rescale,
        scratch: arena.space('scratch', SCRATCH_WORDS),
      },
    ],
  }));
}

export interface ScoresOf extends MaskOf {
  readonly kind: keyof typeof maskKinds;
  readonly optimizer: Exclude<OptimizerName, 'gradient'>;
  readonly rate: number;
  readonly density: number;
  readonly gradientScale: number;
}

export function scoreUpdateCase(of: ScoresOf): KernelCase {
  const { count, rescale, seed, kind, optimizer, rate, density, gradientScale } = of;
  const name = `score update of ${count}, ${kind}, ${optimizer}, rate ${rate}, density ${density}, gradients × ${gradientScale}`;
  return kernelCase(`${name}, rescale ${rescale}`, (arena) => {
    const values = draws(seed, 1, count);
    const mask = drawnMask(seed, count, density);
    const bit = (i: number): boolean => (mask.bytes[i >>> 3] & (1 << (i & 7))) !== 0;
    const constants = constantsTable({ optimizer, rate, decay: 0 }, STEPS);
    for (let step = 0; step < STEPS; step++) constants[step * CONSTANTS_ROW + 8] = step * gradientScale;
    return {
      steps: STEPS,
      program: [
        {
          op: 'scoreUpdate',
          count,
          kind: maskKinds[kind],
          scores: arena.floats('scores', scoresOf(of, 1)),
          values: arena.floats('values', values),
          weights: arena.floats(
            'weights',
            values.map((value, i) => (bit(i) ? value : 0)),
          ),
          ones: arena.words('ones', [values.reduce((sum, _, i) => sum + (bit(i) ? 1 : 0), 0)]),
          rescale,
          gradient: arena.floats('gradient', draws(seed, 2, count, gradientScale)),
          optimizer: optimizerCodes[optimizer],
          first: optimizer === 'sgd' ? 0 : arena.floats('first', draws(seed, 3, count, gradientScale)),
          second: optimizer === 'adam' ? arena.floats('second', draws(seed, 4, count).map(Math.abs)) : 0,
          constants: arena.floats('constants', constants),
          probabilities: kind === 'sampled' ? arena.floats('probabilities', scoresOf(of, 1).map(sigmoidf)) : 0,
          layer: 4,
        },
      ],
    };
  });
}
