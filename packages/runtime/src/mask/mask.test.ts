import { describe, expect, it } from 'vitest';
import { columnsOf, placesOf } from './columns.js';
import { classDirections, inputDirections } from './directions.js';
import { around, farBefore, nearBefore, sumOf } from './kernel.js';
import { MARGIN, paddedPicture } from './picture.js';

const picture = { channels: 2, height: 3, width: 4 };
const layer = { inputs: 24, outputs: 2, inputsPerUnit: 1, picture, initial: new Float32Array(48), deviation: 1 };

describe('a padded picture', () => {
  it('keeps every neighbour inside, and those beyond the picture at places of no pixel', () => {
    const { size, stride, placeOf } = paddedPicture(picture);
    expect(new Set(placeOf).size).toBe(24);
    const pixels = new Set(placeOf);
    for (const [input, place] of placeOf.entries()) {
      const [x, y] = [input % 4, Math.floor(input / 4) % 3];
      for (let dy = -MARGIN; dy <= MARGIN; dy++) {
        for (let dx = -MARGIN; dx <= MARGIN; dx++) {
          const there = place + dy * stride + dx;
          expect(there >= 0 && there < size).toBe(true);
          const isInside = x + dx >= 0 && x + dx < 4 && y + dy >= 0 && y + dy < 3;
          if (isInside) expect(there).toBe(placeOf[input + 4 * dy + dx]);
          else if (Math.abs(dx) < 5) expect(pixels.has(there)).toBe(false);
        }
      }
    }
  });
});

describe('neighbours', () => {
  const padded = paddedPicture(picture);

  it('before a pixel are those that are coded before it', () => {
    for (const kernel of [nearBefore(padded), farBefore(padded)]) {
      expect(kernel.steps.every((step) => step < 0)).toBe(true);
      expect(kernel.weights.every((weight) => weight > 0)).toBe(true);
    }
    expect([nearBefore(padded), farBefore(padded), around(padded)].map(({ steps }) => steps.length)).toEqual([
      6, 44, 25,
    ]);
  });

  it('are weighed by their distance', () => {
    const values = new Float64Array(padded.size);
    values[padded.placeOf[5]] = 1;
    const seen = (input: number) => sumOf(around(padded), values, padded.placeOf[input]);
    expect([seen(5), seen(6), seen(10), seen(7)]).toEqual([1, 1 / 2, 1 / 3, 1 / 5]);
    expect(seen(5 + 12)).toBe(0);
  });
});

describe('columns', () => {
  it('expect of a pixel what it and those around it had, and of an input of no picture its own', () => {
    for (const [picturesOf, isSeen] of [
      [picture, true],
      [null, false],
    ] as const) {
      const places = placesOf({ ...layer, picture: picturesOf });
      const columns = columnsOf(places);
      columns.beginRow();
      const before = columns.density(places.placeOf[6]);
      columns.ones[places.placeOf[5]] += 1;
      columns.endRow();
      columns.beginRow();
      const [own, beside, far] = [5, 6, 20].map((input) => columns.density(places.placeOf[input]));
      expect(own).toBeGreaterThan(before);
      expect(beside > far).toBe(isSeen);
    }
  });
});

describe('directions', () => {
  it('of classes are their own and against all', () => {
    const { dimensions, values } = classDirections(3);
    expect(dimensions).toBe(3);
    expect(Array.from(values.slice(0, 3), (value) => Math.round(3 * value))).toEqual([2, -1, -1]);
    expect(classDirections(40).dimensions).toBe(16);
  });

  it('of units are the sums of the weights that read them, of length 1, also over all pixels of a channel', () => {
    const shape = { ...layer, inputs: 4, outputs: 2, inputsPerUnit: 2, picture: null };
    const survives = Uint8Array.of(1, 1, 0, 0, 0, 1, 0, 0);
    const weights = Float32Array.of(1, 1, 0, 0, 0, -1, 0, 0);
    const classes = { dimensions: 2, values: Float64Array.of(1, 0, 0, 1) };
    const { values } = inputDirections(shape, survives, weights, 1, classes);
    expect(Array.from(values)).toEqual([2 / Math.sqrt(5), -1 / Math.sqrt(5), 0, 0]);
  });
});
