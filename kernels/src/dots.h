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
// Starts with the first product in place of +0; the reduction adds +0 last. Returns what block_ends returns.
INLINE int four_chains(const BatchRows *rows, const float *const feature[4], int part, Floats sum[4]) {
  const float *dy = rows->dy + part * WIDTH;
  const float *x[4];
  UNROLL for (int k = 0; k < 4; k++) {
    x[k] = feature[k] + part * WIDTH;
    sum[k] = load(dy) * load(x[k]);
  }
  UNROLL for (int g = VIRTUAL_LANES; g < LANES; g += VIRTUAL_LANES) {
    if (block_ends()) return 1;
    const Floats d = load(dy + g);
    UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + d * load(x[k] + g);
  }
  for (int32_t b = 1; b < rows->blocks; b++) {
    dy = address(dy + rows->dy_stride);
    UNROLL for (int k = 0; k < 4; k++) x[k] = address(x[k] + rows->x_stride);
    UNROLL for (int g = 0; g < LANES; g += VIRTUAL_LANES) {
      if (block_ends()) return 1;
      const Floats d = load(dy + g);
      UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + d * load(x[k] + g);
    }
  }
  return block_ends();
}

// sum += another part's chains.
INLINE int add_chains(const BatchRows *rows, const float *const feature[4], int part, Floats sum[4]) {
  Floats other[4];
  const int ends = four_chains(rows, feature, part, other);
  UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + other[k];
  return ends;
}

// Four dot products, folded from 16 virtual lanes to WIDTH.
INLINE int four_dots(const BatchRows *rows, const float *const feature[4], Floats sum[4]) {
  if (four_chains(rows, feature, 0, sum)) return 1;
#if WIDTH == 8
  if (add_chains(rows, feature, 1, sum)) return 1;
#elif WIDTH == 4
  if (add_chains(rows, feature, 2, sum)) return 1;
  Floats odd[4];
  int ends = four_chains(rows, feature, 1, odd);
  if (!ends) ends = add_chains(rows, feature, 3, odd);
  UNROLL for (int k = 0; k < 4; k++) sum[k] = sum[k] + odd[k];
  if (ends) return 1;
#endif
  return 0;
}

INLINE Floats one_dot(const BatchRows *rows, const float *x) {
  const float *dy = rows->dy;
  Floats part[PARTS];
  UNROLL for (int p = 0; p < PARTS; p++) part[p] = zeros();
  for (int32_t b = 0; b < rows->blocks; b++) {
    UNROLL for (int v = 0; v < LANES / WIDTH; v++)
      part[v % PARTS] = part[v % PARTS] + load(dy + v * WIDTH) * load(x + v * WIDTH);
    dy = address(dy + rows->dy_stride);
    x = address(x + rows->x_stride);
  }
  return fold_parts(part);
}

// One block only: the whole row of dy is in registers.
INLINE Floats dot_with_registers(const Floats dy[LANES / WIDTH], const float *x) {
  Floats part[PARTS];
  UNROLL for (int p = 0; p < PARTS; p++) part[p] = dy[p] * load(x + p * WIDTH);
  UNROLL for (int v = PARTS; v < LANES / WIDTH; v++) part[v % PARTS] = part[v % PARTS] + dy[v] * load(x + v * WIDTH);
  return fold_parts(part);
}

// WIDTH dot products at once: out[j] is that of feature index[j]. dy: the whole row in registers if there is one block only, else null.
INLINE int vector_of_dots(const BatchRows *rows, const Floats *dy, const uint16_t index[WIDTH], float *out) {
#if WIDTH >= 8
  if (dy) {
#define SUM(j) dot_with_registers(dy, address(rows->x + (size_t)index[j] * LANES))
    store_unaligned(out, REDUCE(SUM));
#undef SUM
    return 0;
  }
#endif
  (void)dy;
  int ends = 0;
  Floats sum[WIDTH];
  UNROLL for (int j = 0; j < WIDTH; j += 4) {
    const float *feature[4];
    UNROLL for (int k = 0; k < 4; k++) feature[k] = address(rows->x + (size_t)index[j + k] * LANES);
    ends |= four_dots(rows, feature, sum + j);
  }
#define SUM(j) sum[j]
  store_unaligned(out, REDUCE(SUM));
#undef SUM
  return ends;
}

// out[k] = Σ over the batch dy · x[index[k]] for k in 0 … count − 1. Whole vectors are written: up to WIDTH − 1 values more.
INLINE void all_dots(const BatchRows *rows, const Floats *dy, const uint16_t *index, int32_t count, float *out) {
  int32_t k = 0;
  for (; k + WIDTH <= count; k += WIDTH)
    if (vector_of_dots(rows, dy, index + k, out + k)) return;
  if (k == count) return;
  // The rest, filled up with its last feature.
  uint16_t rest[WIDTH];
  for (int j = 0; j < WIDTH; j++) rest[j] = index[k + j < count ? k + j : count - 1];
  vector_of_dots(rows, dy, rest, out + k);
}

INLINE void load_row(Floats dy[LANES / WIDTH], const BatchRows *rows) {
  UNROLL for (int v = 0; v < LANES / WIDTH; v++) dy[v] = load(rows->dy + v * WIDTH);
}

INLINE void row_dots(const BatchRows *rows, const uint16_t *index, int32_t count, float *out) {
#if WIDTH >= 8
  if (rows->blocks == 1) {
    Floats dy[LANES / WIDTH];
    load_row(dy, rows);
    all_dots(rows, dy, index, count, out);
    return;
  }
#endif
  all_dots(rows, 0, index, count, out);
}

// folded[k] = the same sums, folded to WIDTH lanes: they are not reduced yet.
INLINE void folded_dots(const BatchRows *rows, const uint16_t *index, int32_t count, float *folded) {
  if (rows->blocks == 1) {
    Floats dy[LANES / WIDTH];
    load_row(dy, rows);
    for (int32_t k = 0; k < count; k++)
      store(folded + k * WIDTH, dot_with_registers(dy, address(rows->x + (size_t)index[k] * LANES)));
  } else {
    for (int32_t k = 0; k < count; k++)
      store(folded + k * WIDTH, one_dot(rows, address(rows->x + (size_t)index[k] * LANES)));
  }
}

// out[k] = folded[k] reduced, for k in 0 … count − 1. Whole vectors are read and written.
INLINE void reduce_folded(const float *folded, int32_t count, float *out) {
  for (int32_t k = 0; k < count; k += WIDTH) {
#define SUM(j) load(folded + (k + (j)) * WIDTH)
    store_unaligned(out + k, REDUCE(SUM));
#undef SUM
  }
}
