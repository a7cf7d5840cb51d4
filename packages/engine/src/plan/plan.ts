import type { ConvolutionLayer, Network, WeightLayer } from '../network/network.js';
import type { Augmentation } from '../recipe/recipe.js';
import type { Structure } from './compress.js';
import type { Form } from './forms.js';
import type { Region } from './layout.js';
import type { LiveUnits } from './live-units.js';

/** A network under masks, laid out in one arena, with the programs that train and evaluate it. Plain data. */
export interface Plan {
  readonly network: Network;
  readonly layers: readonly PlannedLayer[];
  /** null if the plan only evaluates. */
  readonly training: TrainingPart | null;
  readonly evaluation: { readonly validation: EvaluationPart; readonly test: EvaluationPart };
  /** (blocks, classes, 64) f32: what the network gives. */
  readonly logits: Region;
  /** Where each dropout expects its stream, in order. */
  readonly dropoutStreams: readonly Region[];
  readonly regions: readonly Region[];
  /** What the arena must hold before the first call, besides parameters: structures, programs, the scale of the inputs. */
  readonly contents: readonly Content[];
  /** Size of the arena in 32-bit words. */
  readonly words: number;
  /** Threads that its programs use. */
  readonly threads: number;
}

export interface Content {
  readonly region: Region;
  readonly values: Int32Array | Uint32Array | Uint16Array | Float32Array;
}

/** A weight layer. What flows between layers is in `steps.ts`. */
export interface PlannedLayer {
  readonly layer: WeightLayer;
  /** null for a dense layer. */
  readonly convolution: PlannedConvolution | null;
  /** What activations, gradients and the matrix consist of. The others' weights and biases lie behind those of the live ones. */
  readonly live: LiveUnits;
  readonly form: Form;
  /** Weights in the order of the form. */
  readonly weights: Stateful;
  /** See `WeightLayer.biases`. */
  readonly biases: Stateful;
  readonly rows: StructureRegions | null;
  readonly columns: (StructureRegions & { readonly permutation: Region }) | null;
  /** How its instructions are divided among threads; null if they are not. */
  readonly division: { readonly parts: number; readonly rows: Content; readonly columns: Content } | null;
  /** Weights that no step changes; null if there are none among the live ones. */
  readonly frozen: FrozenWeights | null;
}

/** A convolution with what its kernels work in. */
export interface PlannedConvolution {
  readonly layer: ConvolutionLayer;
  /** `scratchWords` for each thread that shares its work. */
  readonly scratch: Region;
  readonly scratchWords: number;
  /** Channels that dense kernels take together. */
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** How its instructions are divided among threads; null if they are not. */
  readonly division: DividedConvolution | null;
}

/** Where the rows of each thread's part begin, and where they end: of the pictures that come out and go in, and of the outputs. */
export interface DividedConvolution {
  readonly parts: number;
  readonly result: Content;
  readonly source: Content;
  readonly outputs: Content;
}

/** Values and the optimizer's state beside them, in the same order. */
export interface Stateful {
  /** All of the layer's weights (that survive) or biases, those that the kernels take first. */
  readonly values: Region;
  /** Which weight (among the survivors in row order) or bias each place of `values` holds. */
  readonly order: Uint32Array;
  /** Of the live ones only: the others rest, and so their moments are 0. */
  readonly first: Region | null;
  readonly second: Region | null;
}

/** Weights that take part in the forward pass and the input gradient, but in no step. */
export interface FrozenWeights {
  /** Their places among `weights.values`, as the region of the same name holds them. */
  readonly at: Int32Array;
  readonly places: Region;
  /** (count) f32: the values that each step leaves them with. */
  readonly held: Region;
}

export interface StructureRegions {
  readonly structure: Structure;
  readonly chunks: Region;
  readonly segments: Region;
  readonly indices: Region;
}

/** The training program and its step tables, written before each call and read after it. */
export interface TrainingPart {
  readonly program: Region;
  readonly batch: number;
  readonly blocks: number;
  /** (STEPS_PER_CALL, batch) u32 */
  readonly indices: Region;
  /** (STEPS_PER_CALL) i32 */
  readonly sizes: Region;
  /** (STEPS_PER_CALL, CONSTANTS_ROW) f32 */
  readonly constants: Region;
  /** (STEPS_PER_CALL) f32 */
  readonly losses: Region;
  /** (STEPS_PER_CALL) i32: which iteration each step is; null if nothing is drawn by it. */
  readonly iterations: Region | null;
  /** (STEPS_PER_CALL, batch) i32: see `gatherPictures`; null without augmentation. */
  readonly moves: { readonly region: Region; readonly augmentation: readonly Augmentation[] } | null;
}

/** A program that judges one set in one call, a block of 64 each step. */
export interface EvaluationPart {
  readonly program: Region;
  readonly count: number;
  /** Steps of the call. */
  readonly blocks: number;
  /** (blocks, 2): f32 sum of losses, i32 correct. */
  readonly results: Region;
}

/** Most training steps of one call into the kernels. */
export const STEPS_PER_CALL = 100;
