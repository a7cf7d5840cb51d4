import type { BitMask } from '@winnow/arithmetic';
import { maskIndices } from '@winnow/arithmetic';
import type { ImageShape, ReportCell, ReportRun } from '../input.js';
import { searchedKind } from '../statistics.js';
import type { InputCounts } from './first-layer-masks.js';

/** Most pictures in the figure. */
const most = 10;

/** The first layer's survivors at each pixel, for levels spread over one trial: the winner's, else the first. */
export async function inputCounts(run: ReportRun, shape: ImageShape): Promise<readonly InputCounts[]> {
  const kind = searchedKind(run.cells);
  const trial = run.winner?.trial ?? Math.min(...run.cells.map((cell) => cell.trial));
  const cells = run.cells
    .filter((cell) => cell.kind === kind && cell.trial === trial && cell.level > 0)
    .sort((a, b) => a.level - b.level);
  const counted = spacedCells(cells, run.winner?.level ?? null).map(async (cell) => {
    const [mask] = await cell.masks();
    const survivors = survivorsAtPixels(mask, shape);
    return { level: cell.level, density: cell.density, survivors, isWinner: cell.level === run.winner?.level };
  });
  return Promise.all(counted);
}

/** At most ten cells, from the first level to the last and evenly spaced; the winner takes the place of its neighbour. */
function spacedCells(cells: readonly ReportCell[], winner: number | null): readonly ReportCell[] {
  if (cells.length <= most) return cells;
  const places = Array.from({ length: most }, (_, i) => Math.round((i * (cells.length - 1)) / (most - 1)));
  const at = cells.findIndex((cell) => cell.level === winner);
  if (at >= 0 && !places.includes(at)) {
    const nearest = places.reduce(
      (best, place, i) => (Math.abs(place - at) < Math.abs(places[best] - at) ? i : best),
      0,
    );
    places[nearest] = at;
  }
  return places.map((place) => cells[place]);
}

/**
 * Survivors of a first layer (outputs, channels × rows × columns) over outputs and channels: rows × columns counts.
 * @throws RangeError if the mask's inputs are no whole number of such pictures
 */
export function survivorsAtPixels(mask: BitMask, shape: ImageShape): readonly number[] {
  const pixels = shape.rows * shape.columns;
  const inputs = shape.channels * pixels;
  if (mask.length % inputs !== 0) {
    throw new RangeError(`a mask of ${mask.length} weights does not fit inputs of ${inputs} values`);
  }
  const counts = new Array<number>(pixels).fill(0);
  for (const position of maskIndices(mask)) counts[(position % inputs) % pixels]++;
  return counts;
}
