import { UserError } from '@winnow/arithmetic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdxImages, parseIdxLabels } from './idx.js';
import { idxBytes, smallFiles } from './testing/small-data.js';

const file = (bytes: Uint8Array) => ({ path: 'data/some-file', bytes, remedy: 'Fetch it again.' });
const images = smallFiles['train-images-idx3-ubyte'];
const labels = smallFiles['train-labels-idx1-ubyte'];

describe('IDX files', () => {
  it('give sizes and values, without a copy', () => {
    const parsed = parseIdxImages(file(images));
    expect(parsed).toMatchObject({ count: 6, height: 2, width: 3 });
    expect(parsed.values).toEqual(images.subarray(16));
    expect(parsed.values.buffer).toBe(images.buffer);
    expect([...parseIdxLabels(file(labels))]).toEqual([0, 1, 2, 2, 1, 1]);
  });

  it('may lie anywhere in a larger buffer', () => {
    const larger = new Uint8Array(100);
    larger.set(labels, 37);
    expect([...parseIdxLabels(file(larger.subarray(37, 37 + labels.length)))]).toEqual([0, 1, 2, 2, 1, 1]);
  });

  it('are refused as the user’s mistake wherever they are cut', () => {
    for (let length = 0; length < images.length; length++) {
      expect(() => parseIdxImages(file(images.subarray(0, length)))).toThrow(UserError);
    }
    for (let length = 0; length < labels.length; length++) {
      expect(() => parseIdxLabels(file(labels.subarray(0, length)))).toThrow(UserError);
    }
  });

  it('are read or refused as the user’s mistake, whatever their bytes', () => {
    const header = fc.constantFrom(Uint8Array.of(), Uint8Array.of(0, 0, 8, 3), Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1));
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 40 }), (start, rest) => {
        for (const parse of [parseIdxImages, parseIdxLabels]) {
          try {
            parse(file(Uint8Array.of(...start, ...rest)));
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        }
      }),
    );
  });

  it.each([
    ['cut short', images.subarray(0, 20), 'data/some-file ends after 20 of 52 bytes. Fetch it again.'],
    ['cut in its header', images.subarray(0, 9), 'data/some-file ends after 9 bytes, inside its header of 16.'],
    ['too long', Uint8Array.of(...images, 0), 'data/some-file has 53 bytes, but its header announces 52.'],
    ['of labels', labels, 'is not an IDX file of images: it starts with 0x00000801 where 0x00000803 is expected.'],
    ['a web page', Uint8Array.from(Buffer.from('<html>')), 'it starts with 0x3c68746d where 0x00000803'],
    ['without images', idxBytes(0x803, [0, 28, 28], []), 'holds no images: its sizes are 0 × 28 × 28.'],
    ['absurdly large', idxBytes(0x803, [0xffffffff, 28, 28], []), 'ends after 16 of 3,367,254,359,296 bytes.'],
  ])('%s: the error says so', (_, bytes, message) => {
    expect(() => parseIdxImages(file(bytes))).toThrow(message);
  });
});
