import type { CellId } from '@winnow/tickets';
import type { Json } from './canonical.js';

/** A cell that an experiment asks for, before anything is trained. */
export interface CellPlan extends CellId {
  /** Its folder within those of the run (see `cellName`); unique. */
  readonly name: string;
  /** Of the settings, 64 hexadecimal digits. */
  readonly hash: string;
  /** Everything that decides its bits. */
  readonly settings: { readonly [key: string]: Json };
  /** Names of the cells that must be finished before, in the order in which `cellStart` takes them. */
  readonly dependencies: readonly string[];
  /** Iterations of its training whose parameters others are rewound to. */
  readonly snapshotAt: readonly number[];
  /** 0, or the iteration it is rewound to. */
  readonly startIteration: number;
  /** Iterations to train from there. */
  readonly iterations: number;
  /** Weights that survive. */
  readonly weights: number;
  /** The same as a fraction of all weights. */
  readonly density: number;
}
