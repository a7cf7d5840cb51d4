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

/** The mean of each window of rows × columns, whole windows only. Of whole pictures: global average pooling. */
export interface AveragePoolLayer {
  readonly kind: 'average-pool';
  readonly input: ImageShape;
  readonly output: ImageShape;
  /** Height and width of a window. */
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/**
 * Batch normalisation of what the weight layer right before it gives (Ioffe & Szegedy 2015): each channel, or output, loses its mean and is
 * divided by its deviation over the batch, then scaled and shifted. In evaluation running statistics take their place. The weight
 * layer before it has no biases. Scale and shift are learned, never pruned, and do not count as weights.
 */
export interface BatchNormLayer {
  readonly kind: 'batch-norm';
}

/** Every `stride`-th pixel of every `stride`-th row, and channels of zeros behind its own: a shortcut without weights (He et al. 2016, option A). */
export interface SubsampleLayer {
  readonly kind: 'subsample';
  readonly input: ImageShape;
  readonly output: ImageShape;
  readonly stride: number;
}

/** body(x) + shortcut(x); an empty shortcut is x itself (He et al. 2016). */
export interface ResidualLayer {
  readonly kind: 'residual';
  readonly input: ImageShape;
  readonly output: ImageShape;
  readonly body: readonly Layer[];
  readonly shortcut: readonly Layer[];
}

/** In training each value is 0 with this probability, and divided by the probability of the contrary if it is not (Srivastava et al. 2014). */
export interface DropoutLayer {
  readonly kind: 'dropout';
  readonly rate: number;
}

/** A picture as a list of values: in memory it is one already. */
export interface FlattenLayer {
  readonly kind: 'flatten';
}

export type Layer =
  | DenseLayer
  | ConvolutionLayer
  | ReluLayer
  | MaxPoolLayer
  | AveragePoolLayer
  | BatchNormLayer
  | SubsampleLayer
  | ResidualLayer
  | DropoutLayer
  | FlattenLayer;

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
  /** Values beside the weights: a bias for each output; if normalised, the batch norm's scales, shifts, running means and running variances. */
  readonly biases: number;
  /** Whether a batch norm follows it. */
  readonly normalised: boolean;
  /** Of the weights as a tensor: (outputs, inputs) or (outputs, channels, kernel, kernel). */
  readonly shape: readonly number[];
  /** The last one: pruned at half the rate (Frankle & Carbin 2019 §2). */
  readonly isOutput: boolean;
  /** Whether it stands in a shortcut: never pruned (Frankle & Carbin 2019, appendix I). */
  readonly isShortcut: boolean;
}

/** Values of an image. */
export function imageSize({ channels, height, width }: ImageShape): number {
  return channels * height * width;
}
