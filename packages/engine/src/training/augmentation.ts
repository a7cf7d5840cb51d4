import { randomStream, uint32At } from '@winnow/arithmetic';
import type { Augmentation } from '../recipe/recipe.js';
import type { DataOrder } from './data-order.js';

/** Pixels of black around a picture, of which a crop takes a part (He et al. 2016 §4.2). */
const PADDING = 4;

/** How an epoch moves each training example, as `gatherPictures` reads it (docs/arithmetic.md, "Augmentation"). */
export function augmentationOf(
  { seed, trial }: Pick<DataOrder, 'seed' | 'trial'>,
  epoch: number,
  augmentation: readonly Augmentation[],
): (example: number) => number {
  const stream = randomStream({ kind: 'augmentation', seed, trial, epoch });
  const [flips, crops] = [augmentation.includes('flips'), augmentation.includes('crop')];
  const places = 2 * PADDING + 1;
  return (example) => {
    const word = uint32At(stream, example);
    const flipped = flips ? word & 1 : 0;
    const rows = crops ? ((((word >>> 1) & 0x7fff) * places) >>> 15) - PADDING : 0;
    const columns = crops ? (((word >>> 16) * places) >>> 16) - PADDING : 0;
    return flipped + 0x100 * (rows + 128) + 0x1_0000 * (columns + 128);
  };
}
