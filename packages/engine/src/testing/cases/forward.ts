import { LANES } from '../../contract.js';
import { compressedForm } from '../../plan/forms.js';
import { type KernelCase, kernelCase } from '../kernel-case.js';
import { activation, drawnMask, draws } from '../values.js';
import { rowOperands, type Shape } from './structure.js';

export interface ForwardOf extends Shape {
  readonly relu: boolean;
  readonly seed: number;
}

/** @param of.known whether the kernel is told which inputs are lit */
export function denseForwardCase(of: ForwardOf & { readonly known: boolean }): KernelCase {
  const { inputs, outputs, batch, relu, seed, known } = of;
  const blocks = Math.ceil(batch / LANES);
  const isLit = (feature: number): boolean => !known || feature % 3 !== 1;
  const lit = Array.from({ length: inputs }, (_, feature) => feature).filter(isLit);
  const name = `dense forward ${inputs} → ${outputs}, batch ${batch}${relu ? ', ReLU' : ''}${known ? ', lit known' : ''}`;
  return kernelCase(name, (arena) => ({
    program: [
      {
        op: 'denseForward',
        inputs,
        outputs,
        blocks,
        weights: arena.floats('weights', draws(seed, 0, inputs * outputs)),
        biases: arena.floats('biases', draws(seed, 1, outputs)),
        x: arena.floats('x', activation(seed, 2, inputs, batch, isLit)),
        y: arena.space('y', blocks * outputs * LANES),
        relu: relu ? 1 : 0,
        active: known ? arena.words('lit', [lit.length, ...lit]) : 0,
      },
    ],
  }));
}

export function compressedForwardCase(of: ForwardOf & { readonly density: number }): KernelCase {
  const { inputs, outputs, batch, relu, seed, density } = of;
  const blocks = Math.ceil(batch / LANES);
  const form = compressedForm(of, drawnMask(seed, inputs * outputs, density), true);
  const name = `compressed forward ${inputs} → ${outputs}, batch ${batch}, density ${density}${relu ? ', ReLU' : ''}`;
  return kernelCase(name, (arena) => ({
    program: [
      {
        op: 'compressedForward',
        inputs,
        outputs,
        blocks,
        ...rowOperands(arena, form),
        values: arena.floats('values', draws(seed, 0, form.live)),
        biases: arena.floats('biases', draws(seed, 1, outputs)),
        x: arena.floats('x', activation(seed, 2, inputs, batch)),
        y: arena.space('y', blocks * outputs * LANES),
        relu: relu ? 1 : 0,
      },
    ],
  }));
}
