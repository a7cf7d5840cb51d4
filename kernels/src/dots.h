// Weight gradients: one dot product over the batch for each weight, in 16 virtual lanes.
#pragma once
#include "blocking.h"
#include "reduce.h"

// A row of dy and the features of x it meets; one block lies dy_stride or x_stride floats after the other.
typedef struct {
  const float *dy, *x;
  size_t dy_stride, x_stride;
  int32_t blocks;
} BatchRows;

// One part of the virtual lanes, for four features at once, so that each vector of dy serves four products.
// Starts with the first product in place of +0; the reduction adds +0 last.
INLINE void four_chains(const BatchRows *rows, const size_t feature[4], int part, Floats sum[4]) {
  const float *dy = rows->dy + part * WIDTH, *x = rows->x + part * WIDTH;
  UNROLL for (int k = 0; k < 4; k++) sum[k] = load(dy) * load(x + feature[k]);
  UNROLL for (int g = VIRTUAL_LANES; g < LANES; g += VIRTUAL_LANES) {
    const Floats d = load(dy + g);
    UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + d * load(x + feature[k] + g);
  }
  for (int32_t b = 1; b < rows->blocks; b++) {
    dy += rows->dy_stride;
    x += rows->x_stride;
    UNROLL for (int g = 0; g < LANES; g += VIRTUAL_LANES) {
      const Floats d = load(dy + g);
      UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + d * load(x + feature[k] + g);
    }
  }
}

// Four dot products, folded from 16 virtual lanes to WIDTH.
INLINE void four_dots(const BatchRows *rows, const size_t feature[4], Floats sum[4]) {
  four_chains(rows, feature, 0, sum);
#if WIDTH == 8
  Floats high[4];
  four_chains(rows, feature, 1, high);
  UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + high[k];
#elif WIDTH == 4
  Floats high[4], odd[4];
  four_chains(rows, feature, 2, high);
  UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + high[k];
  four_chains(rows, feature, 1, odd);
  four_chains(rows, feature, 3, high);
  UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + (odd[k] + high[k]);
#endif
}

// One block only: the whole row of dy is in registers.
INLINE Floats dot_with_registers(const Floats dy[LANES / WIDTH], const float *x) {
  Floats part[PARTS];
  UNROLL for (int p = 0; p < PARTS; p++) part[p] = dy[p] * load(x + p * WIDTH);
  UNROLL for (int v = PARTS; v < LANES / WIDTH; v++) part[v % PARTS] = part[v % PARTS] + dy[v] * load(x + v * WIDTH);
  return fold_parts(part);
}

// WIDTH dot products at once: lane j is that of feature index[j]. dy_registers holds the row of dy if there is one block only.
INLINE Floats vector_of_dots(const BatchRows *rows, const Floats *dy_registers, const uint16_t index[WIDTH]) {
#if WIDTH >= 8
  if (dy_registers) {
#define SUM(j) dot_with_registers(dy_registers, rows->x + (size_t)index[j] * LANES)
    return REDUCE(SUM);
#undef SUM
  }
#endif
  Floats sum[WIDTH];
  UNROLL for (int j = 0; j < WIDTH; j += 4) {
    const uint16_t *i = index + j;
    const size_t feature[4] = {(size_t)i[0] * LANES, (size_t)i[1] * LANES, (size_t)i[2] * LANES, (size_t)i[3] * LANES};
    four_dots(rows, feature, sum + j);
  }
#define SUM(j) sum[j]
  return REDUCE(SUM);
#undef SUM
}

INLINE void all_dots(const BatchRows *rows, const Floats *dy_registers, const uint16_t *index, int32_t count, float *out) {
  int32_t k = 0;
  for (; k + WIDTH <= count; k += WIDTH) store_unaligned(out + k, vector_of_dots(rows, dy_registers, index + k));
  if (k == count) return;
  // The rest, filled up with its last feature.
  uint16_t rest[WIDTH];
  for (int j = 0; j < WIDTH; j++) rest[j] = index[k + j < count ? k + j : count - 1];
  store_unaligned(out + k, vector_of_dots(rows, dy_registers, rest));
}

// out[k] = Σ over the batch dy · x[index[k]], for k in 0 … count − 1; whole vectors are written: up to WIDTH − 1 further values.
INLINE void row_dots(const BatchRows *rows, const uint16_t *index, int32_t count, float *out) {
#if WIDTH >= 8
  if (rows->blocks == 1) {
    Floats dy[LANES / WIDTH];
    UNROLL for (int v = 0; v < LANES / WIDTH; v++) dy[v] = load(rows->dy + v * WIDTH);
    all_dots(rows, dy, index, count, out);
    return;
  }
#endif
  all_dots(rows, 0, index, count, out);
}
