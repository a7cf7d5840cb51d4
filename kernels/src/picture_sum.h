// The contract's sum over pictures: a chain for each row, and lane by lane the chains of 16 lanes' rows before those of the next 16. All 64 lanes
// of a place are read together; what belongs to later lanes waits, row by row.
#pragma once
#include "reduce.h"

enum { LATER_LANES = LANES - VIRTUAL_LANES, LANE_VECTORS = LANES / WIDTH };

typedef struct {
  Floats lanes[PARTS];
  float *later; // (height, LATER_LANES), in scratch
} PictureSum;

INLINE PictureSum new_sum(float *later) {
  PictureSum sum = {.later = later};
  UNROLL for (int p = 0; p < PARTS; p++) sum.lanes[p] = zeros();
  return sum;
}

// The chains of a row of block `b`; lanes beyond `size` examples are left out.
INLINE void end_row(PictureSum *sum, int32_t b, int32_t row, int32_t size, const Floats chain[LANE_VECTORS]) {
  UNROLL for (int v = 0; v < LANE_VECTORS; v++) {
    const Floats inside = keep(count_from(b * LANES + v * WIDTH) < splat_int(size), chain[v]);
    if (v < PARTS)
      sum->lanes[v] = sum->lanes[v] + inside;
    else
      store(sum->later + (size_t)row * LATER_LANES + (v - PARTS) * WIDTH, inside);
  }
}

// What waits, when all rows of a block are done.
INLINE void end_block(PictureSum *sum, int32_t height) {
  for (int lane = 0; lane < LATER_LANES; lane += VIRTUAL_LANES) {
    const float *from = sum->later + lane;
    for (int32_t row = 0; row < height; row++, from += LATER_LANES)
      UNROLL for (int p = 0; p < PARTS; p++) sum->lanes[p] = sum->lanes[p] + load(from + p * WIDTH);
  }
}
