import { LANES } from '../contract.js';
import { convolvedSize } from '../plan/convolution-tiles.js';
import { decode, encode } from '../plan/encode.js';
import type { Instruction } from '../plan/instructions.js';
import { LINE_WORDS, type Region } from '../plan/layout.js';
import type { KernelCase } from './kernel-case.js';

/** The rows of an instruction that can be divided; null of any other. */
function rowsOf(instruction: Instruction): number | null {
  switch (instruction.op) {
    case 'denseForward':
    case 'compressedForward':
    case 'denseUpdate':
    case 'compressedUpdate':
      return instruction.outputs;
    case 'denseInputGradient':
    case 'compressedInputGradient':
      return instruction.inputs;
    case 'denseConvolution':
    case 'compressedConvolution':
      return convolvedSize(instruction.height, instruction) / (instruction.winners === 0 ? 1 : 2);
    case 'denseConvolutionInputGradient':
    case 'compressedConvolutionInputGradient':
      return instruction.height;
    case 'denseConvolutionUpdate':
    case 'compressedConvolutionUpdate':
    case 'convolutionBiasUpdate':
      return instruction.outputs;
    case 'batchNorm':
    case 'runningBatchNorm':
    case 'batchNormUpdate':
      return instruction.channels;
    case 'add':
    case 'addGradient':
    case 'dropout':
      return instruction.count / LANES;
    default:
      return null;
  }
}

/** Bounds of so many parts, some of them empty: whatever the plan would choose. */
function someBounds(rows: number, parts: number, seed: number): readonly number[] {
  const inner = Array.from({ length: parts - 1 }, (_, i) => (Math.imul(seed + i, 0x9e3779b1) >>> 8) % (rows + 1));
  return [0, ...inner.sort((a, b) => a - b), rows];
}

/** The same case with every instruction divided that can be: its results are the same. */
export function dividedCase(c: KernelCase, parts: number, seed: number): KernelCase {
  const program: Instruction[] = [];
  const added: { readonly region: Region; readonly values: Int32Array }[] = [];
  let end = c.before.length;
  const place = (name: string, values: Int32Array): number => {
    const offset = Math.ceil(end / LINE_WORDS) * LINE_WORDS;
    added.push({ region: { name, offset, words: values.length }, values });
    end = (Math.ceil((offset + values.length) / LINE_WORDS) + 1) * LINE_WORDS;
    return offset;
  };
  for (const [i, instruction] of decode(c.before, c.program).entries()) {
    const rows = rowsOf(instruction);
    if (rows !== null) {
      const bounds = place(`bounds ${i}`, Int32Array.from(someBounds(rows, parts, seed + i)));
      program.push({ op: 'divide', parts, bounds });
    }
    if (rows !== null && 'scratchWords' in instruction) {
      const words = new Int32Array(parts * instruction.scratchWords);
      program.push({ ...instruction, scratch: place(`scratch ${i}`, words) });
    } else program.push(instruction);
  }
  const at = place('divided program', encode(program));
  const before = new Int32Array(end);
  before.set(c.before);
  for (const { region, values } of added) before.set(values, region.offset);
  return {
    ...c,
    name: `${c.name}, in ${parts} parts`,
    before,
    program: at,
    regions: [...c.regions, ...added.map(({ region }) => region)],
    open: {
      ...c.open,
      scratch: [
        ...c.open.scratch,
        ...added.map(({ region }) => region).filter(({ name }) => name.startsWith('scratch')),
      ],
    },
  };
}
