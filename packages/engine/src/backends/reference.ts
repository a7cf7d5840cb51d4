import { decode } from '../plan/encode.js';
import type { Instruction } from '../plan/instructions.js';
import type { Arena, Backend, Fault } from './backend.js';
import { averagePool, averagePoolInputGradient } from './reference/average-pool.js';
import { batchNorm, batchNormUpdate, runningBatchNorm } from './reference/batch-norm.js';
import {
  compressedConvolution,
  compressedConvolutionInputGradient,
  compressedConvolutionUpdate,
  convolutionBiasUpdate,
  denseConvolution,
  denseConvolutionInputGradient,
  denseConvolutionUpdate,
} from './reference/convolution.js';
import { dropout } from './reference/dropout.js';
import { compressedExampleForward, denseExampleForward } from './reference/example.js';
import { compressedForward, denseForward } from './reference/forward.js';
import { gather, gatherPictures, loadBlock } from './reference/gather.js';
import { compressedInputGradient, denseInputGradient } from './reference/input-gradient.js';
import { maxPool, maxPoolInputGradient } from './reference/max-pool.js';
import type { Memory } from './reference/memory.js';
import { add, addGradient, subsample, subsampleInputGradient } from './reference/residual.js';
import { restore } from './reference/restore.js';
import { loadExample, loadFloatRows, loadRows, storeRows } from './reference/rows.js';
import { evaluate, softmaxCrossEntropy } from './reference/softmax.js';
import { standardise } from './reference/standardise.js';
import { sampleMask, scoreUpdate, topMask } from './reference/supermask.js';
import { biasUpdate, compressedUpdate, denseUpdate } from './reference/update.js';

/** The layer that a fault of the loss reports. */
export const LOSS = -1;

/** The instructions in plain TypeScript, one lane at a time: slow, obvious, the judge of all other backends. */
export const reference: Backend = {
  name: 'reference',
  isa: null,
  open: (words, data) => openArena(words, data),
};

function openArena(words: number, data: Uint8Array): Arena {
  const buffer = new ArrayBuffer(4 * words);
  const memory: Memory = {
    floats: new Float32Array(buffer),
    words: new Int32Array(buffer),
    shorts: new Uint16Array(buffer),
    bytes: new Uint8Array(buffer),
    data,
  };
  return {
    floats: memory.floats,
    words: memory.words,
    run: (program, steps) => run(memory, program, steps),
    close: () => {},
  };
}

function run(memory: Memory, offset: number, steps: number): Fault | null {
  const program = decode(memory.words, offset);
  for (let step = 0; step < steps; step++) {
    for (const instruction of program) {
      const faultyLayer = execute(memory, step, instruction);
      if (faultyLayer !== null) return { step, layer: faultyLayer };
    }
  }
  return null;
}

/** @returns the layer that is not finite any more, or null */
function execute(memory: Memory, step: number, instruction: Instruction): number | null {
  switch (instruction.op) {
    case 'end':
    case 'divide':
      return null;
    case 'gather':
      gather(memory, step, instruction);
      return null;
    case 'gatherPictures':
      gatherPictures(memory, step, instruction);
      return null;
    case 'dropout':
      dropout(memory, step, instruction);
      return null;
    case 'loadBlock':
      loadBlock(memory, step, instruction);
      return null;
    case 'denseForward':
      denseForward(memory, instruction);
      return null;
    case 'compressedForward':
      compressedForward(memory, instruction);
      return null;
    case 'denseInputGradient':
      denseInputGradient(memory, instruction);
      return null;
    case 'compressedInputGradient':
      compressedInputGradient(memory, instruction);
      return null;
    case 'softmaxCrossEntropy':
      return softmaxCrossEntropy(memory, step, instruction) ? null : LOSS;
    case 'evaluate':
      evaluate(memory, step, instruction);
      return null;
    case 'denseUpdate':
      return denseUpdate(memory, step, instruction) ? null : instruction.layer;
    case 'compressedUpdate':
      return compressedUpdate(memory, step, instruction) ? null : instruction.layer;
    case 'biasUpdate':
      return biasUpdate(memory, step, instruction) ? null : instruction.layer;
    case 'loadRows':
      loadRows(memory, step, instruction);
      return null;
    case 'loadFloatRows':
      loadFloatRows(memory, step, instruction);
      return null;
    case 'storeRows':
      storeRows(memory, step, instruction);
      return null;
    case 'loadExample':
      loadExample(memory, step, instruction);
      return null;
    case 'denseExampleForward':
      denseExampleForward(memory, step, instruction);
      return null;
    case 'compressedExampleForward':
      compressedExampleForward(memory, step, instruction);
      return null;
    case 'sampleMask':
      sampleMask(memory, step, instruction);
      return null;
    case 'topMask':
      topMask(memory, instruction);
      return null;
    case 'scoreUpdate':
      return scoreUpdate(memory, step, instruction) ? null : instruction.layer;
    case 'standardise':
      standardise(memory, step, instruction);
      return null;
    case 'denseConvolution':
      denseConvolution(memory, instruction);
      return null;
    case 'compressedConvolution':
      compressedConvolution(memory, instruction);
      return null;
    case 'denseConvolutionInputGradient':
      denseConvolutionInputGradient(memory, instruction);
      return null;
    case 'compressedConvolutionInputGradient':
      compressedConvolutionInputGradient(memory, instruction);
      return null;
    case 'denseConvolutionUpdate':
      return denseConvolutionUpdate(memory, step, instruction) ? null : instruction.layer;
    case 'compressedConvolutionUpdate':
      return compressedConvolutionUpdate(memory, step, instruction) ? null : instruction.layer;
    case 'convolutionBiasUpdate':
      return convolutionBiasUpdate(memory, step, instruction) ? null : instruction.layer;
    case 'maxPool':
      maxPool(memory, instruction);
      return null;
    case 'maxPoolInputGradient':
      maxPoolInputGradient(memory, instruction);
      return null;
    case 'averagePool':
      averagePool(memory, instruction);
      return null;
    case 'averagePoolInputGradient':
      averagePoolInputGradient(memory, instruction);
      return null;
    case 'subsample':
      subsample(memory, instruction);
      return null;
    case 'subsampleInputGradient':
      subsampleInputGradient(memory, instruction);
      return null;
    case 'add':
      add(memory, instruction);
      return null;
    case 'addGradient':
      addGradient(memory, instruction);
      return null;
    case 'batchNorm':
      batchNorm(memory, step, instruction);
      return null;
    case 'runningBatchNorm':
      runningBatchNorm(memory, instruction);
      return null;
    case 'batchNormUpdate':
      return batchNormUpdate(memory, step, instruction) ? null : instruction.layer;
    case 'restore':
      restore(memory, instruction);
      return null;
  }
}
