import { fullMask } from '@winnow/arithmetic';
import { columnForm } from '../../prediction/column-form.js';
import { type KernelCase, kernelCase } from '../kernel-case.js';
import { drawnMask, draws } from '../values.js';

export interface ExampleOf {
  readonly inputs: number;
  readonly outputs: number;
  /** Examples, one a step. */
  readonly examples: number;
  /** 1 for the dense form. */
  readonly density: number;
  /** Whether each example has its own place, or all have the same. */
  readonly moves: boolean;
  readonly relu: boolean;
  readonly seed: number;
}

/** A layer over examples one by one; about a third of their values are 0. */
export function exampleForwardCase(of: ExampleOf): KernelCase {
  const { inputs, outputs, examples, density, moves, relu, seed } = of;
  const length = inputs * outputs;
  const isDense = density === 1;
  const form = columnForm({ inputs, outputs }, isDense ? fullMask(length) : drawnMask(seed, length, density));
  const places = moves ? examples : 1;
  const x = draws(seed, 2, places * inputs).map((value) => (Math.abs(value) < 0.4 ? 0 : value));
  const name = `${form.kind} forward of ${examples} examples ${inputs} → ${outputs}, density ${density}${relu ? ', ReLU' : ''}`;
  return kernelCase(name, (arena) => {
    const values = arena.floats('values', draws(seed, 0, form.order.length));
    const common = {
      inputs,
      outputs,
      biases: arena.floats('biases', draws(seed, 1, outputs)),
      x: arena.floats('x', x),
      xStep: moves ? inputs : 0,
      y: arena.space('y', places * outputs),
      yStep: moves ? outputs : 0,
      relu: relu ? 1 : 0,
      scratch: arena.space('scratch', inputs),
    };
    return {
      steps: examples,
      program: [
        form.kind === 'dense'
          ? { op: 'denseExampleForward', ...common, weights: values }
          : {
              op: 'compressedExampleForward',
              ...common,
              starts: arena.words('starts', form.starts),
              rows: arena.shorts('rows', form.rows),
              values,
            },
      ],
    };
  });
}
