/** A layer before it stands in a network: what it reads follows from its place there. */
export type LayerSpec =
  | { readonly kind: 'dense'; readonly outputs: number; readonly name: string | null }
  | {
      readonly kind: 'convolution';
      readonly outputs: number;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: number;
      readonly name: string | null;
    }
  | { readonly kind: 'relu' }
  | { readonly kind: 'max-pool'; readonly size: number; readonly stride: number }
  | { readonly kind: 'flatten' };

/** A fully connected layer. Without a name it is called after its place: "dense 1", "dense 2", … */
export function dense(outputs: number, name: string | null = null): LayerSpec {
  return { kind: 'dense', outputs, name };
}

/** What a convolution may leave out. */
export interface ConvolutionOptions {
  /** Height and width of the window; 3 by default. */
  readonly kernel?: number;
  /** 1 by default. */
  readonly stride?: number;
  /** Zeros on each side; by default as many as keep height and width if the stride is 1 and the kernel odd. */
  readonly padding?: number;
  /** "convolution 1", "convolution 2", … by default. */
  readonly name?: string | null;
}

/** A convolution with so many output channels. */
export function convolution(outputs: number, options: ConvolutionOptions = {}): LayerSpec {
  const { kernel = 3, stride = 1, padding = Math.floor(kernel / 2), name = null } = options;
  return { kind: 'convolution', outputs, kernel, stride, padding, name };
}

/** max(x, 0) over the layer before. */
export function relu(): LayerSpec {
  return { kind: 'relu' };
}

/** The largest value of each window of size × size, `stride` apart (side by side by default). */
export function maxPool(size = 2, stride: number = size): LayerSpec {
  return { kind: 'max-pool', size, stride };
}

/** From pictures to lists of values, for the dense layers after it. */
export function flatten(): LayerSpec {
  return { kind: 'flatten' };
}
