import { float16Of, tableKinds, uniformLevels, type ValueCode } from '@winnow/runtime/format';
import type { ByteWriter } from './byte-writer.js';

/** How the values of a layer's weights, or of its biases, are written. */
export type ValueTable =
  /** Whole multiples of a step from −below to above, without 0. */
  | { readonly kind: 'uniform'; readonly step: number; readonly below: number; readonly above: number }
  /** Values that all share, ascending, each a float16. */
  | { readonly kind: 'listed'; readonly levels: Float32Array }
  | { readonly kind: 'float16' }
  | { readonly kind: 'float32' };

export function codeOf(table: ValueTable): ValueCode {
  switch (table.kind) {
    case 'uniform':
      return { kind: 'levels', levels: uniformLevels(table.step, -table.below, table.above) };
    case 'listed':
      return { kind: 'levels', levels: table.levels };
    case 'float16':
      return { kind: 'float', bits: 16 };
    case 'float32':
      return { kind: 'float', bits: 32 };
  }
}

export function writeTable(writer: ByteWriter, table: ValueTable): void {
  writer.byte(tableKinds.indexOf(table.kind));
  if (table.kind === 'uniform') {
    writer.float32(table.step);
    writer.count(table.below);
    writer.count(table.above);
  } else if (table.kind === 'listed') {
    writer.count(table.levels.length);
    for (const level of table.levels) {
      const bits = float16Of(level);
      writer.bytes(Uint8Array.of(bits & 0xff, bits >> 8));
    }
  }
}
