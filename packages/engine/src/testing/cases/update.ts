import { LANES } from '../../contract.js';
import { compressedForm } from '../../plan/forms.js';
import { optimizerCodes, SCRATCH_WORDS } from '../../plan/instructions.js';
import { type ArenaBuilder, type KernelCase, kernelCase } from '../kernel-case.js';
import { activation, drawnMask, draws } from '../values.js';
import { constantsTable, type OptimizerName } from './constants.js';
import { rowOperands, type Shape } from './structure.js';

export interface UpdateOf extends Shape {
  readonly optimizer: OptimizerName;
  readonly decay: number;
  readonly rate: number;
  /** Scales the gradients: small ones meet the flush thresholds, large ones overflow. */
  readonly gradientScale: number;
  /** Scales the moments that are there before. */
  readonly momentScale: number;
  readonly seed: number;
}

/** Steps of an update case: each reads its own row of constants, on the same gradient. */
const STEPS = 2;

export function denseUpdateCase(of: UpdateOf & { readonly known: boolean }): KernelCase {
  const { inputs, outputs, seed, known } = of;
  const isLit = (feature: number): boolean => !known || feature % 3 !== 1;
  const lit = Array.from({ length: inputs }, (_, feature) => feature).filter(isLit);
  return kernelCase(`dense update ${described(of)}${known ? ', lit known' : ''}`, (arena) => ({
    steps: STEPS,
    program: [
      {
        op: 'denseUpdate',
        ...common(arena, of, isLit),
        ...state(arena, of, inputs * outputs),
        weights: arena.floats('weights', draws(seed, 0, inputs * outputs)),
        active: known ? arena.words('lit', [lit.length, ...lit]) : 0,
      },
    ],
  }));
}

export function compressedUpdateCase(of: UpdateOf & { readonly density: number }): KernelCase {
  const { inputs, outputs, seed, density } = of;
  const form = compressedForm(of, drawnMask(seed, inputs * outputs, density), true);
  return kernelCase(`compressed update ${described(of)}, density ${density}`, (arena) => ({
    steps: STEPS,
    program: [
      {
        op: 'compressedUpdate',
        ...common(arena, of, () => true),
        ...state(arena, of, form.live),
        ...rowOperands(arena, form),
        values: arena.floats('values', draws(seed, 0, form.live)),
      },
    ],
  }));
}

export function biasUpdateCase(of: UpdateOf): KernelCase {
  const { outputs, batch, seed } = of;
  return kernelCase(`bias update ${described(of)}`, (arena) => ({
    steps: STEPS,
    program: [
      {
        op: 'biasUpdate',
        outputs,
        blocks: Math.ceil(batch / LANES),
        dy: arena.floats('dy', scaledGradient(of)),
        ...state(arena, of, outputs),
        biases: arena.floats('biases', draws(seed, 0, outputs)),
      },
    ],
  }));
}

function common(arena: ArenaBuilder, of: UpdateOf, isLit: (feature: number) => boolean) {
  const { inputs, outputs, batch, seed } = of;
  return {
    inputs,
    outputs,
    blocks: Math.ceil(batch / LANES),
    x: arena.floats('x', activation(seed, 1, inputs, batch, isLit)),
    dy: arena.floats('dy', scaledGradient(of)),
  };
}

function scaledGradient({ outputs, batch, gradientScale, seed }: UpdateOf): Float32Array {
  return activation(seed, 2, outputs, batch).map((value) => value * gradientScale);
}

/** Optimizer operands for `count` values. */
function state(arena: ArenaBuilder, of: UpdateOf, count: number) {
  const { optimizer, momentScale, seed } = of;
  const moment = (purpose: number): Float32Array =>
    draws(seed, purpose, count).map((value) => (Math.abs(value) < 0.2 ? 0 : value * momentScale));
  const needs = { gradient: 1, sgd: 0, momentum: 1, adam: 2 }[optimizer];
  return {
    optimizer: optimizerCodes[optimizer],
    first: needs >= 1 ? arena.floats('first', moment(3)) : 0,
    second:
      needs >= 2
        ? arena.floats(
            'second',
            moment(4).map((value) => value * value),
          )
        : 0,
    constants: arena.floats('constants', constantsTable(of, STEPS)),
    scratch: arena.space('scratch', SCRATCH_WORDS),
    layer: 5,
  };
}

function described({ inputs, outputs, batch, optimizer, decay, rate, gradientScale, momentScale }: UpdateOf): string {
  const parts = [`${inputs} → ${outputs}`, `batch ${batch}`, optimizer, `rate ${rate}`, `decay ${decay}`];
  return [...parts, `gradients × ${gradientScale}`, `moments × ${momentScale}`].join(', ');
}
