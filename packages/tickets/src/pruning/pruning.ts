import type { Criterion, CriterionSource } from '../criterion.js';

/** How a round chooses what it removes. Complete: options are filled in where they enter. */
export interface Pruning {
  /** The name of a criterion (see `criterionNames`), or a criterion of one's own; its source must be run before it can prune. */
  readonly criterion: string | Criterion | CriterionSource;
  /** Fraction of the survivors that a round removes. */
  readonly rate: number;
  /**
   * The same for the output layer when each layer is pruned by itself, half of `rate` in Frankle & Carbin 2019 §2.
   * 0 leaves the output layer whole, in both scopes; global pruning knows no other difference between layers.
   */
  readonly outputRate: number;
  /** The same for convolutions when each layer is pruned by itself (Frankle & Carbin 2019, figure 2); without it, `rate`. */
  readonly convolutionRate?: number;
  /** 'layer' ranks the weights of each layer by themselves, 'global' those of all layers together. */
  readonly scope: 'layer' | 'global';
  /** Whether a layer that would lose its last weight keeps its best one. If not, that is an error. */
  readonly keepLayersAlive: boolean;
}
