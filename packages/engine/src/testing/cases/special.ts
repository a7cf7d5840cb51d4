import { maskFromIndices } from '@winnow/arithmetic';
import { LANES } from '../../contract.js';
import { compressedForm } from '../../plan/forms.js';
import { optimizerCodes, SCRATCH_WORDS } from '../../plan/instructions.js';
import { type KernelCase, kernelCase } from '../kernel-case.js';
import { constantsTable } from './constants.js';
import { columnOperands, rowOperands } from './structure.js';

/** One block in which every feature has the same value in all lanes. */
function constantBlock(values: readonly number[]): Float32Array {
  return Float32Array.from({ length: values.length * LANES }, (_, i) => values[Math.floor(i / LANES)]);
}

/** Products that are −0 must give sums of +0, also where a kernel starts from its first product. */
export function negativeZeroCases(): readonly KernelCase[] {
  const shape = { inputs: 3, outputs: 2, batch: LANES };
  const form = compressedForm(shape, maskFromIndices(6, [0, 2, 4]), true);
  const space = { x: constantBlock([0, 0, 0]), dy: constantBlock([0, 0]) };
  const common = { inputs: 3, outputs: 2, blocks: 1 };
  return [
    kernelCase('dense forward of −0 products from a bias of 0', (arena) => ({
      program: [
        {
          op: 'denseForward',
          ...common,
          weights: arena.floats('weights', [-1, -2, -3, -4, -5, -6]),
          biases: arena.floats('biases', [0, 0]),
          x: arena.floats('x', space.x),
          y: arena.space('y', 2 * LANES),
          relu: 0,
          active: 0,
        },
      ],
    })),
    kernelCase('compressed forward of −0 products from a bias of 0', (arena) => ({
      program: [
        {
          op: 'compressedForward',
          ...common,
          ...rowOperands(arena, form),
          values: arena.floats('values', [-1, -2, -3]),
          biases: arena.floats('biases', [0, 0]),
          x: arena.floats('x', space.x),
          y: arena.space('y', 2 * LANES),
          relu: 0,
        },
      ],
    })),
    kernelCase('dense input gradient of −0 products', (arena) => ({
      program: [
        {
          op: 'denseInputGradient',
          ...common,
          weights: arena.floats('weights', [-1, -2, -3, -4, -5, -6]),
          dy: arena.floats('dy', space.dy),
          gate: 0,
          dx: arena.space('dx', 3 * LANES),
        },
      ],
    })),
    kernelCase('compressed input gradient of −0 products', (arena) => ({
      program: [
        {
          op: 'compressedInputGradient',
          ...common,
          ...columnOperands(arena, form),
          values: arena.floats('values', [-1, -2, -3]),
          dy: arena.floats('dy', space.dy),
          gate: 0,
          dx: arena.space('dx', 3 * LANES),
        },
      ],
    })),
    ...(['gradient', 'sgd', 'momentum', 'adam'] as const).map((optimizer) =>
      kernelCase(`dense update with a gradient of −0 products, ${optimizer}`, (arena) => ({
        program: [
          {
            op: 'denseUpdate',
            ...common,
            x: arena.floats('x', space.x),
            dy: arena.floats('dy', constantBlock([-1, -2])),
            optimizer: optimizerCodes[optimizer],
            weights: arena.floats('weights', [0, -0, 0, 1, -1, -0]),
            first: arena.floats('first', new Float32Array(6)),
            second: arena.floats('second', new Float32Array(6)),
            constants: arena.floats('constants', constantsTable({ optimizer, rate: 0.1, decay: 0 }, 1)),
            scratch: arena.space('scratch', SCRATCH_WORDS),
            layer: 0,
            active: 0,
          },
        ],
      })),
    ),
  ];
}

/** A first step that is fine and a second whose rate makes one weight infinite: the call stops there. */
export function faultInSecondStepCase(): KernelCase {
  return kernelCase('a weight that overflows in the second step of three', (arena) => {
    const table = constantsTable({ optimizer: 'sgd', rate: 0.1, decay: 0 }, 3);
    table[16] = 3e38;
    return {
      steps: 3,
      program: [
        {
          op: 'biasUpdate',
          outputs: 3,
          blocks: 1,
          dy: arena.floats('dy', constantBlock([0, 1, 0.001])),
          optimizer: optimizerCodes.sgd,
          biases: arena.floats('biases', [1, 2, 3]),
          first: 0,
          second: 0,
          constants: arena.floats('constants', table),
          scratch: arena.space('scratch', SCRATCH_WORDS),
          layer: 7,
        },
        {
          op: 'denseForward',
          inputs: 1,
          outputs: 3,
          blocks: 1,
          weights: arena.floats('weights', [1, 1, 1]),
          biases: arena.floats('other biases', [0, 0, 0]),
          x: arena.floats('x', constantBlock([1])),
          y: arena.space('y', 3 * LANES),
          relu: 0,
          active: 0,
        },
      ],
    };
  });
}

/** A logit that is no number must show in the loss, in whichever class it stands. */
export function notANumberCases(): readonly KernelCase[] {
  return [0, 1, 2].map((place) =>
    kernelCase(`softmax with NaN as logit ${place}`, (arena) => {
      const logits = constantBlock([1, 2, 3]);
      logits[place * LANES + 5] = Number.NaN;
      return {
        program: [
          {
            op: 'softmaxCrossEntropy',
            classes: 3,
            blocks: 1,
            logits: arena.floats('logits', logits),
            targets: arena.words('targets', new Int32Array(LANES)),
            sizes: arena.words('sizes', [LANES]),
            gradient: arena.space('gradient', 3 * LANES),
            losses: arena.space('losses', 1),
          },
        ],
      };
    }),
  );
}
