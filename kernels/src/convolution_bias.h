// Bias gradients of convolutions, and the optimizer's step.
#pragma once
#include "optimizer.h"
#include "picture_sum.h"
#include "pooled.h"

// chain (LANES): the sums of a row's pixels from +0. Where windows were pooled, each gives at most one value to one of its rows.
INLINE void chain_row(const SourceRow *from, int32_t width, Floats chain[LANE_VECTORS]) {
  UNROLL for (int p = 0; p < LANE_VECTORS; p++) chain[p] = zeros();
  const float *dy = from->values;
  if (!from->winners) {
    for (int32_t q = 0; q < width; q++, dy += LANES)
      UNROLL for (int p = 0; p < LANE_VECTORS; p++) chain[p] = chain[p] + load(dy + p * WIDTH);
    return;
  }
  const int32_t *winners = from->winners;
  for (int32_t q = 0; q < width / WINDOW; q++, dy += LANES, winners += VIRTUAL_LANES)
    UNROLL for (int p = 0; p < LANE_VECTORS; p++)
      chain[p] = chain[p] + keep(wins_in_row(winners, p * WIDTH, from->row), load(dy + p * WIDTH));
}

// biases, first, second (outputs). dy (blocks, outputs, height, width, LANES). Weight decay is not applied. A row's 64 lanes are read together,
// which takes 16 of them after the other: what the later ones give waits in scratch.
KERNEL int convolution_bias_update(const Context *c, const ConvolutionBiasUpdate *op) {
  const Optimizer optimizer = undecayed_at(c, op->optimizer, op->constants);
  const Stateful layer = stateful_at(c, op->biases, op->first, op->second);
  int32_t *winners = optional_ints_at(c, op->winners);
  const size_t block = kept_of((size_t)op->outputs * op->height * op->width * LANES, winners);
  Floats check = zeros();
  const Rows part = rows_of(c, op->outputs);
  for (int32_t o = part.first; o < part.end; o++) {
    PictureSum sum = new_sum(part_scratch(c, op->scratch, op->scratchWords));
    for (int32_t b = 0; b < op->blocks; b++) {
      for (int32_t row = 0; row < op->height; row++) {
        const SourceRow from = source_row(floats_at(c, op->dy) + b * block, winners_at(winners, b * block), o, o + 1, row, op->height, op->width);
        Floats chain[LANE_VECTORS];
        chain_row(&from, op->width, chain);
        end_row(&sum, b, row, op->blocks * LANES, chain);
      }
      end_block(&sum, op->height);
    }
    const float gradient[WIDTH] = {total(sum.lanes)};
    check = check + optimize(&optimizer, gradient, &layer, o, 1);
  }
  return all_finite(check);
}
