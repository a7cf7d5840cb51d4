import { encode } from '../../plan/encode.js';
import type { Instruction } from '../../plan/instructions.js';
import { createLayout } from '../../plan/layout.js';
import type { KernelCase } from './kernel-case.js';

type Values = Float32Array | Int32Array | Uint32Array | Uint16Array;

/** Lays regions and a program out in one arena. */
export interface CaseBuilder {
  /** A region that holds these values before the run. @returns its word offset */
  region(values: Values): number;
  /** A region whose words after the run are not compared. */
  workspace(words: number): number;
  /** Bytes in the data, on a line of their own. @returns the line */
  bytes(values: Uint8Array): number;
  build(name: string, program: readonly Instruction[], steps: number): KernelCase;
}

export function caseBuilder(): CaseBuilder {
  const layout = createLayout();
  const contents: { readonly offset: number; readonly values: Values }[] = [];
  const ignored: { readonly offset: number; readonly words: number }[] = [];
  const data: { readonly line: number; readonly values: Uint8Array }[] = [];
  let lines = 0;

  const region = (values: Values): number => {
    const { offset } = layout.add('region', Math.ceil(values.byteLength / 4));
    contents.push({ offset, values });
    return offset;
  };
  return {
    region,
    workspace: (words) => {
      const { offset } = layout.add('workspace', words);
      ignored.push({ offset, words });
      return offset;
    },
    bytes: (values) => {
      const line = lines;
      data.push({ line, values });
      lines += Math.ceil(values.length / 64);
      return line;
    },
    build: (name, program, steps) => {
      const start = region(encode(program));
      const arena = new Int32Array(layout.words());
      const bytes = new Uint8Array(arena.buffer);
      for (const { offset, values } of contents) {
        bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 4 * offset);
      }
      // The data ends with its last byte, so that a kernel which reads on is found out by tools that watch memory.
      const last = data.at(-1);
      const dataBytes = new Uint8Array(last === undefined ? 0 : 64 * last.line + last.values.length);
      for (const { line, values } of data) dataBytes.set(values, 64 * line);
      return { name, arena, data: dataBytes, program: start, steps, ignored };
    },
  };
}
