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
  | { readonly kind: 'average-pool'; readonly size: number; readonly stride: number }
  | { readonly kind: 'global-average-pool' }
  | { readonly kind: 'batch-norm' }
  | {
      readonly kind: 'residual';
      readonly body: readonly LayerSpec[];
      readonly shortcut: 'padding' | 'projection';
    }
  | { readonly kind: 'dropout'; readonly rate: number }
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

/** max(x, 0) over the layer before: dense, convolution, batch norm or residual. */
export function relu(): LayerSpec {
  return { kind: 'relu' };
}

/** The largest value of each window of size × size, `stride` apart (side by side by default). */
export function maxPool(size = 2, stride: number = size): LayerSpec {
  return { kind: 'max-pool', size, stride };
}

/** The mean of each window of size × size, `stride` apart (side by side by default). */
export function averagePool(size = 2, stride: number = size): LayerSpec {
  return { kind: 'average-pool', size, stride };
}

/** The mean of each channel: pictures of one pixel. */
export function globalAveragePool(): LayerSpec {
  return { kind: 'global-average-pool' };
}

/** Batch normalisation of the convolution or dense layer right before it, which then has no biases (Ioffe & Szegedy 2015). */
export function batchNorm(): LayerSpec {
  return { kind: 'batch-norm' };
}

/**
 * What `body` makes of a picture, plus the picture itself (He et al. 2016). Where the body changes its shape, so must the shortcut: by
 * 'padding' (option A: every second pixel, say, and channels of zeros) or by 'projection' (a 1 × 1 convolution, normalised like the body's last).
 *
 * @param body convolutions, batch norms and ReLUs; it ends without a ReLU, which comes after the sum
 */
export function residual(body: readonly LayerSpec[], shortcut: 'padding' | 'projection' = 'projection'): LayerSpec {
  return { kind: 'residual', body, shortcut };
}

/** In training leaves out each value with this probability, above 0 and below 1, and scales the others up (Srivastava et al. 2014). */
export function dropout(rate = 0.5): LayerSpec {
  return { kind: 'dropout', rate };
}

/** From pictures to lists of values, for the dense layers after it. */
export function flatten(): LayerSpec {
  return { kind: 'flatten' };
}
