// The inner loops of a convolution's products: sums of some pixels side by side, over a segment's survivors or over all weights of a chunk.
#pragma once
#include "convolution_tile.h"
#include "dense.h"

// Vectors of a run, which a compressed kernel holds in registers, and of a long one; lines of a tile that have a run at the same time, and lines that
// all segments of a chunk meet before the next ones. Pixels of a group that a compressed kernel takes at once, and a dense one.
#if WIDTH == 16
enum { RUN_SPAN = 8, LONG_SPAN = 12, RUN_ROWS = 2 };
#elif defined(__wasm__)
enum { RUN_SPAN = SPAN, LONG_SPAN = SPAN, RUN_ROWS = 1 };
#else
enum { RUN_SPAN = SPAN, LONG_SPAN = SPAN * 3 / 2, RUN_ROWS = 1 };
#endif
enum { LINES_TOGETHER = RUN_ROWS > 1 ? RUN_ROWS : INT32_MAX };
enum { RUN_PIXELS = RUN_SPAN / VECTORS, LONG_PIXELS = LONG_SPAN / VECTORS, DENSE_PIXELS = TILE_SPAN / VECTORS };
_Static_assert(TILE_RUN % RUN_PIXELS == 0 && TILE_RUN % DENSE_PIXELS == 0, "tiles are whole runs");
_Static_assert(LONG_TILE_RUN % LONG_PIXELS == 0 && LONG_TILE_RUN % DENSE_PIXELS == 0, "long tiles are whole runs");

// sum (rows, span) += value · patch[place], for the survivors of a segment. The rows' pixels lie `apart` floats from each other.
INLINE void add_taps(const int rows, const int span, Floats sum[RUN_ROWS][LONG_SPAN], const Convolution *m, const Segment *s, const float *patch,
                     size_t apart) {
  const uint32_t *place = m->places + s->start;
  const float *value = m->weights + s->start;
  UNROLL_BY_4 for (int32_t k = 0; k < s->count; k++) {
    AS_IT_IS(patch);
    const float *lanes = (const float *)((const char *)patch + (size_t)place[k]);
    const Floats w = splat(value[k]);
    UNROLL for (int r = 0; r < rows; r++)
      UNROLL for (int p = 0; p < span; p++) {
        if (p == span / 2 && block_ends()) return;
        sum[r][p] = sum[r][p] + w * load(lanes + r * apart + p * WIDTH);
      }
  }
}

// A segment's part of one run in each of `rows` rows.
INLINE void add_run(const int rows, const int span, const Convolution *m, const Segment *s, int continues, const float *pixels, size_t apart,
                    float *to, size_t to_apart) {
  const Floats start = splat(start_at(m, s->row));
  Floats sum[RUN_ROWS][LONG_SPAN];
  UNROLL for (int r = 0; r < rows; r++)
    UNROLL for (int p = 0; p < span; p++) sum[r][p] = continues ? load(to + r * to_apart + p * WIDTH) : start;
  add_taps(rows, span, sum, m, s, pixels, apart);
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int p = 0; p < span; p++) store(to + r * to_apart + p * WIDTH, sum[r][p]);
}

// The same along the rows: long runs are taken where whole ones are left in the sums, and more pixels than one run holds in the tile.
INLINE void add_runs(const int rows, const Convolution *m, const Segment *s, int continues, const float *line, size_t apart, float *row,
                     int32_t sums_columns, int32_t columns) {
  for (int32_t x = 0; x < columns;) {
    const int is_long = (sums_columns - x) % LONG_PIXELS == 0 && columns - x > RUN_PIXELS;
    if (is_long)
      add_run(rows, LONG_SPAN, m, s, continues, line + x * GROUP, apart, row + x * GROUP, (size_t)sums_columns * GROUP);
    else
      add_run(rows, RUN_SPAN, m, s, continues, line + x * GROUP, apart, row + x * GROUP, (size_t)sums_columns * GROUP);
    x += is_long ? LONG_PIXELS : RUN_PIXELS;
  }
}

// A segment's part of some lines of a tile, for one group of lanes: the sums of its row start, or go on.
INLINE void add_segment(const Convolution *m, const Patch *patch, Rows lines, const Segment *s, int continues, const float *values,
                        const Sums *sums, float *to) {
  const size_t apart = (size_t)m->geometry.stride * patch->columns * GROUP, to_apart = (size_t)sums->columns * GROUP;
  int32_t r = lines.first;
  for (; r + RUN_ROWS <= lines.end; r += RUN_ROWS)
    add_runs(RUN_ROWS, m, s, continues, values + r * apart, apart, to + r * to_apart, sums->columns, patch->tile_columns);
  for (; r < lines.end; r++)
    add_runs(1, m, s, continues, values + r * apart, apart, to + r * to_apart, sums->columns, patch->tile_columns);
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
