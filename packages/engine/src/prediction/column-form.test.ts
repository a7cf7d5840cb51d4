import { fullMask, maskFromIndices } from '@winnow/arithmetic';
import { expect, it } from 'vitest';
import { columnForm } from './column-form.js';

it('the columns of a full mask are a transposed matrix', () => {
  expect(columnForm({ inputs: 3, outputs: 2 }, fullMask(6))).toEqual({
    kind: 'dense',
    order: Uint32Array.of(0, 3, 1, 4, 2, 5),
  });
});

it('the columns of a mask hold survivors only, rows ascending', () => {
  // Survivors 0 to 3 in row order: (0, 1), (0, 2), (1, 1), (2, 1) as (row, column).
  expect(columnForm({ inputs: 3, outputs: 3 }, maskFromIndices(9, [1, 2, 4, 7]))).toEqual({
    kind: 'compressed',
    starts: Int32Array.of(0, 0, 3, 4),
    rows: Uint16Array.of(0, 1, 2, 0),
    order: Uint32Array.of(0, 2, 3, 1),
  });
});

it('rows that 16 bits cannot hold are refused', () => {
  const mask = maskFromIndices(65_537, [65_536]);
  expect(() => columnForm({ inputs: 1, outputs: 65_537 }, mask)).toThrow('65537 rows do not fit into 16 bits');
});
