/** How weights start (docs/arithmetic.md; Glorot & Bengio 2010, He et al. 2015). Biases start at zero. */
export type Initialisation = 'glorot-normal' | 'glorot-normal-truncated' | 'glorot-uniform' | 'he-normal';

export type Optimizer =
  | { readonly name: 'sgd'; readonly rate: number }
  | { readonly name: 'momentum'; readonly rate: number; readonly momentum: number }
  | {
      readonly name: 'adam';
      readonly rate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
    };

/** How the learning rate moves over the iterations of a training. */
export type RateSchedule =
  | { readonly kind: 'constant' }
  /** The rate is multiplied by `factor` after each of the iterations `at`. */
  | { readonly kind: 'step'; readonly at: readonly number[]; readonly factor: number }
  /** Half a cosine: the full rate at the first iteration, zero after the last. */
  | { readonly kind: 'cosine' };

/** How training pictures are moved each time they come: mirrored by the toss of a coin, or cut out of the picture with 4 pixels of black around it. */
export type Augmentation = 'flips' | 'crop';

/** Everything that decides a training but the network, the data, the mask and the start. Complete: no optional parts. */
export interface Recipe {
  readonly initialisation: Initialisation;
  readonly optimizer: Optimizer;
  readonly schedule: RateSchedule;
  /** Iterations over which the rate rises linearly: it is full from this iteration on; 0 for none. */
  readonly warmup: number;
  /** L2 added to the gradient of weights, never of biases. */
  readonly weightDecay: number;
  /** Examples in a training batch. */
  readonly batch: number;
  readonly iterations: number;
  /** Iterations between evaluations on validation data. */
  readonly evaluateEvery: number;
  /** In alphabetical order; only for networks of pictures. */
  readonly augmentation: readonly Augmentation[];
}
