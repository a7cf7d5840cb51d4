import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Sha256, sha256 } from './sha256.js';

const judge = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

it('agrees with OpenSSL at every length around the block borders', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 31 + length);
    expect(sha256(bytes)).toBe(judge(bytes));
  }
});

it('does not depend on the pieces in which the bytes arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 150 })), (pieces) => {
      const hash = new Sha256();
      for (const piece of pieces) hash.update(piece);
      expect(hash.hex()).toBe(judge(Buffer.concat(pieces)));
    }),
  );
});

it('can go on after a digest was taken', () => {
  const hash = new Sha256().update(Uint8Array.of(1));
  expect(hash.hex()).toBe(judge(Uint8Array.of(1)));
  expect(hash.update(Uint8Array.of(2)).hex()).toBe(judge(Uint8Array.of(1, 2)));
});
