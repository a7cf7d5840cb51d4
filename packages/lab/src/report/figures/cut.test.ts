import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutAt } from './cut.js';

it('adds the points at which a line crosses the frame', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 4, y: 8 },
    { x: 6, y: 4 },
    { x: 7, y: 8 },
    { x: 9, y: 4 },
  ];
  expect(cutAt(points, ['y'], 6)).toEqual([
    { x: 0, y: 0 },
    { x: 3, y: 6 },
    { x: 4, y: 8 },
    { x: 5, y: 6 },
    { x: 6, y: 4 },
    { x: 6.5, y: 6 },
    { x: 7, y: 8 },
    { x: 8, y: 6 },
    { x: 9, y: 4 },
  ]);
});

it('crosses each edge of a band where that edge does, in order', () => {
  const band = [
    { x: 0, min: 0, max: 4 },
    { x: 8, min: 8, max: 12 },
  ];
  expect(cutAt(band, ['min', 'max'], 6)).toEqual([
    { x: 0, min: 0, max: 4 },
    { x: 2, min: 2, max: 6 },
    { x: 6, min: 6, max: 10 },
    { x: 8, min: 8, max: 12 },
  ]);
});

it('leaves alone what touches the frame, what is missing, and what stays on one side', () => {
  const points = [1, 6, Number.NaN, 9, 6, 7].map((y, x) => ({ x, y }));
  expect(cutAt(points, ['y'], 6)).toEqual(points);
  expect(cutAt([], ['y'], 6)).toEqual([]);
});

it('puts every crossing exactly on the frame, so that no rounding drops it', () => {
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(value), value, (values, low) => {
      const points = values.map((y, x) => ({ x, y }));
      const added = cutAt(points, ['y'], low).filter(
        (point) => !points.some(({ x, y }) => x === point.x && y === point.y),
      );
      expect(added.every((point) => point.y === low)).toBe(true);
    }),
  );
});
