import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { digestOf } from './digest.js';

it('covers the little-endian bytes of each part, and only of the part', () => {
  const values = Float32Array.of(9, 1, -2.5, 9).subarray(1, 3);
  const bytes = Buffer.alloc(9);
  bytes.writeFloatLE(1, 0);
  bytes.writeFloatLE(-2.5, 4);
  bytes[8] = 7;
  expect(digestOf([values, Uint8Array.of(7)])).toBe(createHash('sha256').update(bytes).digest('hex'));
});

it('of nothing is that of no bytes', () => {
  expect(digestOf([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
