import { fullMask, maskFromIndices } from '@winnow/arithmetic';
import { describe, expect, it } from 'vitest';
import { syntheticRun } from '../testing/synthetic-run.js';
import { firstLayerMasks } from './first-layer-masks.js';
import { inputCounts, survivorsAtPixels } from './pixels.js';

describe('survivors at each pixel', () => {
  it('sums over outputs and channels', () => {
    const shape = { channels: 2, rows: 1, columns: 3 };
    // Outputs of six inputs each: output 0 keeps (channel 0, column 1) and (1, 1); output 1 keeps (0, 1) and (1, 2).
    const mask = maskFromIndices(12, [1, 4, 7, 11]);
    expect(survivorsAtPixels(mask, shape)).toEqual([0, 3, 1]);
    expect(survivorsAtPixels(fullMask(12), shape)).toEqual([4, 4, 4]);
  });

  it('refuses a mask that is not of such pictures', () => {
    expect(() => survivorsAtPixels(fullMask(10), { channels: 1, rows: 2, columns: 2 })).toThrow(RangeError);
  });

  it('chooses at most ten levels, the first, the last and the winner among them', async () => {
    const run = syntheticRun({ levels: 20, trials: 2 });
    const counts = await inputCounts(run, run.image!);
    expect(counts).toHaveLength(10);
    expect([counts[0].level, counts[9].level]).toEqual([1, 20]);
    expect(counts.filter((count) => count.isWinner).map((count) => count.level)).toEqual([15]);
    const ticket = run.cells.find((cell) => cell.kind === 'ticket' && cell.level === 20)!;
    const [mask] = await ticket.masks();
    expect(counts[9].survivors).toEqual(survivorsAtPixels(mask, run.image!));
  });
});

describe('the pictures', () => {
  const picture = (survivors: readonly number[], rows: number, columns: number) =>
    firstLayerMasks([{ level: 1, density: 0.5, survivors, isWinner: false }], { channels: 1, rows, columns }, 'wide')!;

  it('join equal neighbours along rows, the strongest ink where most survive, none where none does', () => {
    const paths = picture([0, 4, 4, 2, 0, 0], 2, 3).match(/<path fill-opacity="[^"]+" d="[^"]+"\/>/g);
    expect(paths).toEqual(['<path fill-opacity="0.5" d="M0,1h1v1h-1z"/>', '<path fill-opacity="1" d="M1,0h2v1h-2z"/>']);
  });

  it('keep the proportions of pictures that are not square', () => {
    const height = (rows: number, columns: number) =>
      Number(picture(new Array<number>(rows * columns).fill(1), rows, columns).match(/ height="(\d+)"/)![1]);
    expect(height(16, 8) - height(8, 8)).toBe(180);
  });

  it('count the pixels in use', () => {
    expect(picture([0, 4, 4, 2, 0, 0], 2, 3)).toContain('3 of 6 pixels');
  });
});
