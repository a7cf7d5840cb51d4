import { LANES } from '../../contract.js';
import { compressedForm } from '../../plan/forms.js';
import { type ArenaBuilder, type KernelCase, kernelCase } from '../kernel-case.js';
import { activation, drawnMask, draws } from '../values.js';
import { columnOperands, type Shape } from './structure.js';

export interface InputGradientOf extends Shape {
  readonly gated: boolean;
  readonly seed: number;
}

export function denseInputGradientCase(of: InputGradientOf): KernelCase {
  const { inputs, outputs, seed } = of;
  return kernelCase(`dense input gradient ${described(of)}`, (arena) => ({
    program: [
      {
        op: 'denseInputGradient',
        ...common(arena, of),
        weights: arena.floats('weights', draws(seed, 0, inputs * outputs)),
      },
    ],
  }));
}

export function compressedInputGradientCase(of: InputGradientOf & { readonly density: number }): KernelCase {
  const { inputs, outputs, seed, density } = of;
  const form = compressedForm(of, drawnMask(seed, inputs * outputs, density), true);
  return kernelCase(`compressed input gradient ${described(of)}, density ${density}`, (arena) => ({
    program: [
      {
        op: 'compressedInputGradient',
        ...common(arena, of),
        ...columnOperands(arena, form),
        values: arena.floats('values', draws(seed, 0, form.live)),
      },
    ],
  }));
}

function common(arena: ArenaBuilder, { inputs, outputs, batch, gated, seed }: InputGradientOf) {
  const blocks = Math.ceil(batch / LANES);
  return {
    inputs,
    outputs,
    blocks,
    dy: arena.floats('dy', activation(seed, 1, outputs, batch)),
    gate: gated ? arena.floats('gate', activation(seed, 2, inputs, batch)) : 0,
    dx: arena.space('dx', blocks * inputs * LANES),
  };
}

function described({ inputs, outputs, batch, gated }: InputGradientOf): string {
  return `${inputs} → ${outputs}, batch ${batch}${gated ? ', gated' : ''}`;
}
