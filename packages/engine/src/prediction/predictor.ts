import { isFull } from '@winnow/arithmetic';
import type { Backend } from '../backends/backend.js';
import { weightLayers } from '../network/weight-layers.js';
import { requireParametersOf } from '../parameters.js';
import { writeContents } from '../plan/arena-access.js';
import { planByBlocks } from './by-blocks.js';
import { planByColumns } from './by-columns.js';
import { MOST_OUTPUTS } from './column-form.js';
import type { PredictionRequest } from './prediction-plan.js';

export interface PredictorOptions extends PredictionRequest {
  readonly backend: Backend;
}

/** A network that is ready to predict. It owns memory until it is closed. */
export interface Predictor {
  /**
   * (batch, classes) f32: the logits of the last call's examples, row by row. Rows beyond them are those of calls before. A view of the predictor's
   * own memory, which must not be used after `close`.
   */
  readonly logits: Float32Array;
  /**
   * Computes the logits of `examples`, (count, inputs) with 1 ≤ count ≤ batch: bytes, which are scaled, or f32, which are taken as they are. The
   * same bits as in evaluation. Allocates nothing.
   * @returns `logits`
   * @throws RangeError for any other number of values
   */
  predict(examples: Uint8Array | Float32Array): Float32Array;
  close(): void;
}

/** Up to so many examples are faster one by one than as a block of 64. It changes no bit. */
const FEW = 8;

/**
 * Opens a network for prediction: laid out once, so that a call only copies its examples and runs one program.
 * @throws RangeError unless batch is a positive integer and masks and parameters fit the network
 */
export function openPredictor(options: PredictorOptions): Predictor {
  const { backend, network, masks, parameters, batch } = options;
  if (!(Number.isInteger(batch) && batch >= 1))
    throw new RangeError(`a batch of ${batch} examples cannot be predicted`);
  requireParametersOf(network, masks, parameters);
  const plan = goesByColumns(options) ? planByColumns(options) : planByBlocks(options);
  const arena = backend.open(plan.words, new Uint8Array(0));
  writeContents(plan, arena);

  const { examples, count, logits, examplesPerStep } = plan;
  const floats = arena.floats.subarray(examples.offset, examples.offset + examples.words);
  const bytes = new Uint8Array(floats.buffer, floats.byteOffset, examples.words);
  const rows = arena.floats.subarray(logits.offset, logits.offset + logits.words);
  return {
    logits: rows,
    predict: (given) => {
      const size = given.length / network.inputs;
      if (!(Number.isInteger(size) && size >= 1 && size <= batch)) {
        throw new RangeError(
          `${given.length} values are not 1 to ${batch} examples of ${network.inputs} values for network "${network.name}"`,
        );
      }
      if (count !== null) arena.words[count.offset] = size;
      const isBytes = given instanceof Uint8Array;
      if (isBytes) bytes.set(given);
      else floats.set(given);
      arena.run((isBytes ? plan.fromBytes : plan.fromFloats).offset, Math.ceil(size / examplesPerStep));
      return rows;
    },
    close: () => arena.close(),
  };
}

function goesByColumns({ network, masks, channels, batch }: PredictionRequest): boolean {
  const fits =
    network.layers.every(({ kind }) => kind === 'dense' || kind === 'relu' || kind === 'flatten') &&
    weightLayers(network).every(({ outputs }, l) => isFull(masks[l]) || outputs <= MOST_OUTPUTS);
  return batch <= FEW && fits && channels === undefined;
}
