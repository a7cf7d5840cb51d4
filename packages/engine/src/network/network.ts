/** A fully connected layer: y = W x + b, W of shape (outputs, inputs) in row order. */
export interface DenseLayer {
  readonly kind: 'dense';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** y = x > 0 ? x : 0. */
export interface ReluLayer {
  readonly kind: 'relu';
}

export type Layer = DenseLayer | ReluLayer;

/** A feed-forward network, trained with softmax cross-entropy over its last layer's outputs. Immutable data. */
export interface Network {
  readonly name: string;
  /** Values of one example. */
  readonly inputs: number;
  readonly classes: number;
  readonly layers: readonly Layer[];
}

/** A layer that owns weights, seen by masks, criteria and files. Weights are (outputs, inputs) in row order. */
export interface WeightLayer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** outputs × inputs. */
  readonly weights: number;
  readonly biases: number;
  /** The last one: pruned at half the rate (Frankle & Carbin 2019 §2). */
  readonly isOutput: boolean;
}
