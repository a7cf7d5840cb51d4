import { LANES } from '../../contract.js';

/** The word within an activation of pictures: (blocks, channels, height, width, 64). */
export function pictureValueAt(
  channels: number,
  height: number,
  width: number,
  image: number,
  channel: number,
  row: number,
  column: number,
): number {
  const block = Math.floor(image / LANES);
  const feature = ((block * channels + channel) * height + row) * width + column;
  return feature * LANES + (image % LANES);
}
