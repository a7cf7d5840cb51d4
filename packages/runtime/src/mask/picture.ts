/** How the inputs of a first layer lie in a picture: channel by channel, row by row. */
export interface PictureShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Widest distance at which a neighbour is looked at. */
export const MARGIN = 5;

/**
 * Where each pixel stands in an array that leaves room around every row, so that a neighbour up to `MARGIN` away is always
 * inside the array, and 0 if it is outside the picture. Rows share the room between them, and so do channels.
 */
export interface PaddedPicture {
  /** Of the padded array. */
  readonly size: number;
  readonly stride: number;
  /** By input: its place in the padded array. */
  readonly placeOf: Uint32Array;
}

export function paddedPicture({ channels, height, width }: PictureShape): PaddedPicture {
  const stride = width + MARGIN;
  const plane = (height + MARGIN) * stride;
  const placeOf = new Uint32Array(channels * height * width);
  let input = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) placeOf[input++] = channel * plane + (y + MARGIN) * stride + MARGIN + x;
    }
  }
  return { size: channels * plane + (MARGIN + 1) * stride, stride, placeOf };
}
