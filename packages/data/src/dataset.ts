/** Labelled images, all of one shape. */
export interface Examples {
  readonly count: number;
  /** (count, features) u8, row after row. */
  readonly images: Uint8Array;
  /** (count) u8, below the data set's `classes`. */
  readonly labels: Uint8Array;
}

/**
 * How a stored byte becomes a network's input. `unit`: value × fround(1/255), never centred, so that black is 0. `standard`: (value/255 − mean) ÷
 * deviation, by channel.
 */
export type InputScaling =
  | { readonly kind: 'unit' }
  | { readonly kind: 'standard'; readonly means: readonly number[]; readonly deviations: readonly number[] };

/** A data set in memory, complete and checked. */
export interface DataSet {
  /** For people. What identifies the data is the digest. */
  readonly name: string;
  /** SHA-256 over the bytes of the training images, training labels, test images and test labels. */
  readonly digest: string;
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Values of one image: channels · height · width. */
  readonly features: number;
  readonly classes: number;
  readonly scaling: InputScaling;
  readonly train: Examples;
  readonly test: Examples;
}

/** The f32 by which each byte is multiplied. */
export function inputFactor(scaling: InputScaling): number {
  switch (scaling.kind) {
    case 'unit':
      return Math.fround(1 / 255);
    case 'standard':
      return 1;
  }
}

/** What is done to a channel's values after that: × factor + shift, both f32. */
export interface ChannelScaling {
  readonly factor: number;
  readonly shift: number;
}

/** For each channel; null where a byte times `inputFactor` is all. */
export function channelScalings(scaling: InputScaling): readonly ChannelScaling[] | null {
  switch (scaling.kind) {
    case 'unit':
      return null;
    case 'standard':
      return scaling.means.map((mean, channel) => ({
        factor: Math.fround(1 / (255 * scaling.deviations[channel])),
        shift: Math.fround(-mean / scaling.deviations[channel]),
      }));
  }
}

/** How many of the examples each class has. */
export function countPerClass({ labels }: Examples, classes: number): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}
