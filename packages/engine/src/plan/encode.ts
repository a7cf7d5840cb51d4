import { type Instruction, instructionNames, instructions } from './instructions.js';

/** A program as the words that kernels read: for each instruction its opcode, its length and its operands. */
export function encode(program: readonly Instruction[]): Int32Array {
  return Int32Array.from([...program, { op: 'end' } as const].flatMap(encodeInstruction));
}

function encodeInstruction(instruction: Instruction): readonly number[] {
  const operands: Readonly<Record<string, number | string>> = instruction;
  const values = instructions[instruction.op].map((operand) => Number(operands[operand]));
  return [instructionNames.indexOf(instruction.op), values.length + 2, ...values];
}

/** The program at word `offset` by name again. */
export function decode(words: Int32Array, offset: number): readonly Instruction[] {
  const program: Instruction[] = [];
  for (let at = offset; ; at += words[at + 1]) {
    const op = instructionNames[words[at]];
    if (op === undefined) throw new RangeError(`word ${at} is no instruction: ${words[at]}`);
    if (op === 'end') return program;
    const operands = instructions[op].map((operand, i) => [operand, words[at + 2 + i]]);
    program.push({ op, ...Object.fromEntries(operands) });
  }
}
