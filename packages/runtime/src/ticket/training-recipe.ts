/** How a `recipe` is trained, complete: the field names are those of the engine's recipe. */
export interface TrainingRecipe {
  /** Number of the arithmetic contract that the digest belongs to. */
  readonly arithmetic: number;
  readonly split: { readonly validation: number; readonly stratified: boolean };
  /** Rounds of pruning behind the mask: for people. */
  readonly level: number;
  readonly optimizer:
    | { readonly name: 'sgd'; readonly rate: number }
    | { readonly name: 'momentum'; readonly rate: number; readonly momentum: number }
    | {
        readonly name: 'adam';
        readonly rate: number;
        readonly beta1: number;
        readonly beta2: number;
        readonly epsilon: number;
      };
  readonly schedule:
    | { readonly kind: 'constant' }
    | { readonly kind: 'step'; readonly at: readonly number[]; readonly factor: number }
    | { readonly kind: 'cosine' };
  readonly warmup: number;
  readonly weightDecay: number;
  readonly batch: number;
  readonly iterations: number;
  readonly evaluateEvery: number;
}
