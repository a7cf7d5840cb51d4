import type { BitMask } from '@winnow/arithmetic';
import type { CellKind } from '@winnow/tickets';

/** What a cell trained (issue of the main job): a control stands beside the ticket of its level. */
export type ReportKind = CellKind;

/** The numbers of one finished cell. Accuracies are between 0 and 1; null where test data was not evaluated. */
export interface CellResult {
  readonly trial: number;
  /** Rounds of pruning before this training; 0 is the dense network. */
  readonly level: number;
  readonly kind: ReportKind;
  /** Counts repeated controls of one trial and level. */
  readonly replicate: number;
  /** Fraction of the network's weights that survive. */
  readonly density: number;
  /** How many survive. */
  readonly weights: number;
  /** Weight values that memory really held in training. */
  readonly stored: number;
  readonly earlyStop: {
    readonly iteration: number;
    readonly validationLoss: number;
    readonly testAccuracy: number | null;
  };
  readonly final: {
    readonly trainLoss: number;
    readonly validationLoss: number;
    readonly testAccuracy: number | null;
  };
  readonly digest: string;
  readonly microsecondsPerStep: number;
  /** Of rounds under early-bird: the last iteration, and the distance at which the mask had settled, null if it had not. */
  readonly earlyBird?: { readonly iteration: number; readonly distance: number | null } | undefined;
}

/** One evaluation on the way. */
export interface MetricPoint {
  readonly iteration: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
  readonly trainLoss: number | null;
}

/** A cell with its whole curve and its masks. */
export interface ReportCell extends CellResult {
  readonly rows: readonly MetricPoint[];
  /** One mask for each weight layer, (outputs, inputs) in row order; read when asked for. */
  masks(): readonly BitMask[] | Promise<readonly BitMask[]>;
}

/** How the inputs of the first layer lie in a picture: value (channel, row, column) in row order. */
export interface ImageShape {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** Weights in the (wi, wf) plane, before and after training, and what a criterion keeps of them. */
export interface CriterionPlane {
  /** The layer, or the criterion. */
  readonly title: string;
  /** The share of these weights that is kept. */
  readonly density: number;
  readonly initial: ArrayLike<number>;
  readonly final: ArrayLike<number>;
  /** Not 0 for each weight that is kept. */
  readonly kept: ArrayLike<number>;
  /** Which points of the plane are kept; null where the criterion does not decide by them. */
  readonly region: ((initial: number, final: number) => boolean) | null;
}

/** What `resultSentence` reads: a run without its curves. */
export interface RunResult {
  readonly cells: readonly CellResult[];
  /** The cell of the sparsest ticket that is no worse and stops no later than its dense network, if any. */
  readonly winner: CellResult | null;
}

/** Plain data, as in JSON. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/** Everything that a report shows of a run. It is a function of this value alone: no clock, no machine. */
export interface ReportRun extends RunResult {
  /** The run folder, as the user knows it. */
  readonly path: string;
  readonly network: string;
  readonly data: string;
  /** Every setting that decides the results, nested as the experiment nests it. */
  readonly settings: { readonly [name: string]: Plain };
  /** The one line that repeats the run. */
  readonly command: string;
  readonly backend: string;
  /** null outside the native backend. */
  readonly isa: string | null;
  /** Name → version: winnow, arithmetic, node … */
  readonly versions: { readonly [name: string]: string };
  /** Name → value: processor, cores, operating system … */
  readonly machine: { readonly [name: string]: string };
  /** The picture whose pixels the first layer's weights read; null when inputs are no picture, or the layer is a convolution. */
  readonly image: ImageShape | null;
  readonly cells: readonly ReportCell[];
  /** Of the dense network of the first trial, at one density; none where nothing is pruned. Computed when asked for. */
  planes(): Promise<readonly CriterionPlane[]>;
}
