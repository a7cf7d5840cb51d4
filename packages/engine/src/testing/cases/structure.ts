import type { CompressedForm } from '../../plan/forms.js';
import type { ArenaBuilder } from '../kernel-case.js';

/** A weight matrix and the batch it meets. */
export interface Shape {
  readonly inputs: number;
  readonly outputs: number;
  readonly batch: number;
}

/** Structure operands of compressed instructions over the rows. */
export function rowOperands(arena: ArenaBuilder, { rows }: CompressedForm) {
  return {
    chunkCount: rows.chunkCount,
    chunks: arena.words('chunks', rows.chunks),
    segments: arena.words('segments', rows.segments),
    indices: arena.shorts('indices', rows.indices),
  };
}

/** Structure operands of the compressed input gradient. */
export function columnOperands(arena: ArenaBuilder, { columns }: CompressedForm) {
  if (columns === null) throw new Error('the form was made without columns');
  return {
    chunkCount: columns.chunkCount,
    chunks: arena.words('chunks', columns.chunks),
    segments: arena.words('segments', columns.segments),
    indices: arena.shorts('indices', columns.indices),
    permutation: arena.words('permutation', columns.permutation),
  };
}
