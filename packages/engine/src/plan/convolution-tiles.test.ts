import { describe, expect, it } from 'vitest';
import { tilesFor } from './convolution-tiles.js';

describe('the tiles of a picture', () => {
  it('are 12 columns wide where no more of them are worked out in vain than in tiles of 8', () => {
    const widths = [32, 28, 24, 20, 12, 11, 10, 9];
    expect(widths.map((width) => tilesFor(32, width).columns)).toEqual(widths.map(() => 12));
  });

  it('are 8 columns wide elsewhere', () => {
    const widths = [1, 4, 7, 8, 14, 15, 16];
    expect(widths.map((width) => tilesFor(32, width).columns)).toEqual(widths.map(() => 8));
  });

  it('have four rows, or those that there are', () => {
    expect([1, 2, 3, 4, 5, 32].map((height) => tilesFor(height, 8).rows)).toEqual([1, 2, 3, 4, 4, 4]);
  });
});
