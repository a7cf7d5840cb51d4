import { fillUint32 } from '@winnow/arithmetic';
import { LANES } from '../../contract.js';
import { LINE_BYTES } from '../../data/laid-out-data.js';
import { type KernelCase, kernelCase } from '../kernel-case.js';
import { caseStream, draws } from '../values.js';

export interface SoftmaxOf {
  readonly classes: number;
  readonly batch: number;
  readonly seed: number;
  /** What the logits are: drawn and scaled, all alike, or of few different values, so that maxima tie. */
  readonly logits: 'small' | 'large' | 'huge' | 'equal' | 'tied';
}

/** @param of.inPlace whether the gradient takes the logits' place */
export function softmaxCase(of: SoftmaxOf & { readonly inPlace: boolean }): KernelCase {
  const { classes, batch, seed, inPlace } = of;
  const blocks = Math.ceil(batch / LANES);
  const name = `softmax over ${classes} classes, batch ${batch}, ${of.logits} logits${inPlace ? ', in place' : ''}`;
  return kernelCase(name, (arena) => {
    const logits = arena.floats('logits', drawnLogits(of, blocks));
    return {
      program: [
        {
          op: 'softmaxCrossEntropy',
          classes,
          blocks,
          logits,
          targets: arena.words('targets', drawnLabels(seed, classes, blocks * LANES)),
          sizes: arena.words('sizes', [batch]),
          gradient: inPlace ? logits : arena.space('gradient', blocks * classes * LANES),
          losses: arena.space('losses', 1),
        },
      ],
    };
  });
}

/** Judges the block that a set's last, maybe short, block is: `batch` counts the whole set. */
export function evaluateCase(of: SoftmaxOf): KernelCase {
  const { classes, batch, seed } = of;
  const blocks = Math.ceil(batch / LANES);
  const name = `evaluate ${batch} examples of ${classes} classes, ${of.logits} logits`;
  const data = new Uint8Array((1 + Math.ceil(batch / LINE_BYTES)) * LINE_BYTES);
  data.set(drawnLabels(seed, classes, batch), LINE_BYTES);
  return kernelCase(name, (arena) => ({
    data,
    steps: blocks,
    program: [
      {
        op: 'evaluate',
        classes,
        logits: arena.floats('logits', drawnLogits(of, 1)),
        labels: 1,
        count: batch,
        results: arena.space('results', 2 * blocks),
      },
    ],
  }));
}

function drawnLogits({ classes, seed, logits }: SoftmaxOf, blocks: number): Float32Array {
  const values = draws(seed, 0, blocks * classes * LANES);
  switch (logits) {
    case 'small':
      return values;
    case 'large':
      return values.map((value) => value * 60);
    case 'huge':
      return values.map((value) => value * 1e38);
    case 'equal':
      return values.fill(0.75);
    case 'tied':
      return values.map((value) => Math.round(value) + 0);
  }
}

function drawnLabels(seed: number, classes: number, count: number): Uint8Array {
  const words = new Uint32Array(count);
  fillUint32(caseStream(seed, 1), words);
  return Uint8Array.from(words, (word) => word % classes);
}
