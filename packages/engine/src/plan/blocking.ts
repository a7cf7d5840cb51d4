/**
 * How plans and kernels cut their loops: chosen from density and shape, by constants that were measured once
 * (docs/decisions/0020-kernels.md). None of them changes a bit. What depends on the registers of an instruction set stands
 * in kernels/src/blocking.h.
 */
export const blocking = {
  /** Columns of a compressed chunk at least: inputs of 256 bytes each, that leave room in a first-level cache of 32 KB. */
  cachedColumns: 100,
  /** Survivors of a row that are worth the cost of taking up its sums again in each chunk. */
  worthwhileSurvivors: 16,
  /** Rows whose sums, 256 bytes each, a second-level cache of 512 KB holds; and what those of more rows, which come from further away, are worth. */
  cachedRows: 2048,
  worthwhileOfManyRows: 64,
  /** Columns of a dense product that all rows meet before the next ones are taken. */
  productColumns: 64,
  /** The same where weight gradients are made. */
  updateColumns: 96,
  /** Pixels side by side that the kernels of convolutions take at once: tiles are as wide as one of these, or a multiple. */
  tileRun: 8,
  longTileRun: 12,
  /** Values from which on a convolution's result is written past the caches: 4 MB, of which little would be left there when it is read. */
  streamedValues: 1_048_576,
  /** Outputs whose weight gradients a dense convolution works out together, at most. */
  updateOutputs: 4,
  /** Survivors whose sums, 64 bytes each, a compressed update keeps at the same time; those of one chunk at least. */
  updateSurvivors: 8192,
  /** Rows of dense layers are divided among threads in multiples of this: whole register tiles on every instruction set. */
  tileRows: 12,
  /** Work of one instruction that is worth a thread: some ten microseconds, ten times what it costs to start and to wait. */
  multiplyAddsOfThread: 500_000,
  /** The same of an instruction that passes over values once or a few times: batch norms take a quarter of a nanosecond for each. */
  valuesOfThread: 40_000,
} as const;
