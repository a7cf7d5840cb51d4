/** Values of one example that lie as a picture: index (channel · height + row) · width + column. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A fully connected layer: y = W x + b, W of shape (outputs, inputs) in row order. */
export interface DenseLayer {
  readonly kind: 'dense';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * A convolution (cross-correlation, as everywhere in the field): y[o][r][q] = b[o] + Σ w[o][c][i][j] x[c][r · stride + i − padding]
 * [q · stride + j − padding], zero outside of x. W of shape (outputs, channels, kernel, kernel) in row order.
 */
export interface ConvolutionLayer {
  readonly kind: 'convolution';
  readonly name: string;
  readonly input: ImageShape;
  readonly output: ImageShape;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** y = x > 0 ? x : 0. */
export interface ReluLayer {
  readonly kind: 'relu';
}

/** The largest of each window of size × size, whole windows only. */
export interface MaxPoolLayer {
  readonly kind: 'max-pool';
  readonly input: ImageShape;
  readonly output: ImageShape;
  readonly size: number;
  readonly stride: number;
}

/** A picture as a list of values: in memory it is one already. */
export interface FlattenLayer {
  readonly kind: 'flatten';
}

export type Layer = DenseLayer | ConvolutionLayer | ReluLayer | MaxPoolLayer | FlattenLayer;

/** A feed-forward network, trained with softmax cross-entropy over its last layer's outputs. Immutable data. */
export interface Network {
  readonly name: string;
  /** Values of one example. */
  readonly inputs: number;
  /** How they lie, if the network takes pictures. */
  readonly image?: ImageShape;
  readonly classes: number;
  readonly layers: readonly Layer[];
}

/** A layer that owns weights, seen by masks, criteria and files. Weights are (outputs, inputs) in row order. */
export interface WeightLayer {
  readonly kind: 'dense' | 'convolution';
  readonly name: string;
  /** Weights of one output. In a convolution these are (channels, kernel, kernel). */
  readonly inputs: number;
  /** Rows of the weights: outputs, or output channels. */
  readonly outputs: number;
  /** Weights that one input value meets: outputs, times kernel × kernel in a convolution. */
  readonly fanOut: number;
  /** outputs × inputs. */
  readonly weights: number;
  readonly biases: number;
  /** Of the weights as a tensor: (outputs, inputs) or (outputs, channels, kernel, kernel). */
  readonly shape: readonly number[];
  /** The last one: pruned at half the rate (Frankle & Carbin 2019 §2). */
  readonly isOutput: boolean;
}

/** Values of an image. */
export function imageSize({ channels, height, width }: ImageShape): number {
  return channels * height * width;
}
