// The inner loops of a convolution's products: sums of some pixels side by side, over a segment's survivors or over all weights of a chunk.
#pragma once
#include "convolution_tile.h"
#include "dense.h"

// Vectors that a compressed kernel holds in registers, as many as there are in a long run; pixels of a group that a compressed kernel takes at
// once, and a dense one.
#if WIDTH == 16
enum { RUN_SPAN = 8, LONG_SPAN = 12 };
#elif defined(__wasm__)
enum { RUN_SPAN = SPAN, LONG_SPAN = SPAN };
#else
enum { RUN_SPAN = SPAN, LONG_SPAN = SPAN * 3 / 2 };
#endif
enum { RUN_PIXELS = RUN_SPAN / VECTORS, LONG_PIXELS = LONG_SPAN / VECTORS, DENSE_PIXELS = TILE_SPAN / VECTORS };
_Static_assert(TILE_RUN % RUN_PIXELS == 0 && TILE_RUN % DENSE_PIXELS == 0, "tiles are whole runs");
_Static_assert(LONG_TILE_RUN % LONG_PIXELS == 0 && LONG_TILE_RUN % DENSE_PIXELS == 0, "long tiles are whole runs");

// sum (span) += value · patch[place], for the survivors of a segment.
INLINE void add_taps(const int span, Floats sum[LONG_SPAN], const Convolution *m, const Segment *s, const float *patch) {
  const uint32_t *place = m->places + s->start;
  const float *value = m->weights + s->start;
  UNROLL_BY_4 for (int32_t k = 0; k < s->count; k++) {
    AS_IT_IS(patch);
    const float *lanes = (const float *)((const char *)patch + (size_t)place[k]);
    const Floats w = splat(value[k]);
    UNROLL for (int p = 0; p < span; p++) {
      if (p == span / 2 && block_ends()) return;
      sum[p] = sum[p] + w * load(lanes + p * WIDTH);
    }
  }
}

// A segment's part of one run.
INLINE void add_run(const int span, const Convolution *m, const Segment *s, int continues, const float *pixels, float *to) {
  const Floats start = splat(start_at(m, s->row));
  Floats sum[LONG_SPAN];
  UNROLL for (int p = 0; p < span; p++) sum[p] = continues ? load(to + p * WIDTH) : start;
  add_taps(span, sum, m, s, pixels);
  UNROLL for (int p = 0; p < span; p++) store(to + p * WIDTH, sum[p]);
}

// A segment's part of a tile, for one group of lanes: the sums of its row start, or go on. Long runs are taken where whole ones are left in the
// sums, and more pixels than one run holds in the tile.
INLINE void add_segment(const Convolution *m, const Patch *patch, const Segment *s, int continues, const float *values, const Sums *sums,
                        float *to) {
  for (int32_t r = 0; r < patch->tile_rows; r++) {
    const float *line = values + (size_t)r * m->geometry.stride * patch->columns * GROUP;
    float *row = to + (size_t)r * sums->columns * GROUP;
    for (int32_t x = 0; x < patch->tile_columns;) {
      const int is_long = (sums->columns - x) % LONG_PIXELS == 0 && patch->tile_columns - x > RUN_PIXELS;
      if (is_long)
        add_run(LONG_SPAN, m, s, continues, line + x * GROUP, row + x * GROUP);
      else
        add_run(RUN_SPAN, m, s, continues, line + x * GROUP, row + x * GROUP);
      x += is_long ? LONG_PIXELS : RUN_PIXELS;
    }
  }
}

// All weights of a chunk: `rows` rows, DENSE_PIXELS pixels of a group. weights (places, rows); to: `plane` floats a row.
INLINE void dense_run(const int rows, const float *weights, const int32_t *offset, int32_t places, const float *pixels, float *to,
                      size_t plane) {
#if defined(__wasm__)
  enum { TOGETHER = 1 };
#else
  enum { TOGETHER = 3 };
#endif
  Floats sum[TILE_ROWS][TILE_SPAN];
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int p = 0; p < TILE_SPAN; p++) sum[r][p] = load(to + r * plane + p * WIDTH);
  int32_t left = places;
#define ADD_PLACE(u)                                                                                                    \
  do {                                                                                                                 \
    Floats lanes[TILE_SPAN];                                                                                           \
    UNROLL for (int p = 0; p < TILE_SPAN; p++) lanes[p] = load(pixels + offset[u] + p * WIDTH);                        \
    UNROLL for (int r = 0; r < rows; r++) {                                                                            \
      const Floats weight = splat(weights[(u)*rows + r]);                                                              \
      UNROLL for (int p = 0; p < TILE_SPAN; p++) {                                                                      \
        sum[r][p] = sum[r][p] + weight * lanes[p];                                                                     \
        AFTER(weights, sum[r][p]);                                                                                     \
      }                                                                                                                \
    }                                                                                                                  \
  } while (0)
  for (; left >= TOGETHER; left -= TOGETHER, offset += TOGETHER, weights += TOGETHER * rows) {
    AS_IT_IS(weights);
    UNROLL for (int u = 0; u < TOGETHER; u++) ADD_PLACE(u);
  }
  for (; left > 0; left--, offset++, weights += rows) ADD_PLACE(0);
#undef ADD_PLACE
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int p = 0; p < TILE_SPAN; p++) store(to + r * plane + p * WIDTH, sum[r][p]);
}

// Functions of their own, so that registers are allocated for the one loop.
#define DENSE_RUN(name, rows)                                                                                           \
  KERNEL void name(const float *weights, const int32_t *offset, int32_t places, const float *pixels, float *to, size_t plane) { \
    dense_run(rows, weights, offset, places, pixels, to, plane);                                                       \
  }
DENSE_RUN(dense_run_of_tile, TILE_ROWS)
#if TILE_ROWS_ARE_MORE_THAN_4
DENSE_RUN(dense_run_of_4, 4)
#endif
#if TILE_ROWS_ARE_MORE_THAN_2
DENSE_RUN(dense_run_of_2, 2)
#endif
DENSE_RUN(dense_run_of_1, 1)
#undef DENSE_RUN

typedef void DenseRun(const float *, const int32_t *, int32_t, const float *, float *, size_t);

INLINE DenseRun *dense_run_of(int32_t rows) {
  if (rows == TILE_ROWS) return dense_run_of_tile;
#if TILE_ROWS_ARE_MORE_THAN_4
  if (rows == 4) return dense_run_of_4;
#endif
#if TILE_ROWS_ARE_MORE_THAN_2
  if (rows == 2) return dense_run_of_2;
#endif
  return dense_run_of_1;
}

// As many rows as one call takes of `left` ones: no call for few of them where it can be avoided.
INLINE int32_t rows_taken(int32_t left) {
  if (left >= TILE_ROWS && (TILE_ROWS <= 4 || left != TILE_ROWS + 2)) return TILE_ROWS;
  return left >= 4 ? 4 : left >= 2 ? 2 : 1;
}
