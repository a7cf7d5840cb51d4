// A convolution's product, and how a tile of its result is finished.
#pragma once
#include "compressed.h"
#include "patch.h"

// y (rows, geometry's result, LANES) = finish(start + W * source), then pooled if there is room for winners.
typedef struct {
  Geometry geometry;
  int32_t rows;
  const float *weights; // compressed: the survivors' values in the order of the segments; dense: packed
  const float *biases;  // (rows) or null for +0
  // Dense: before they are packed, the weight of (row, channel, tap) lies at row · row_stride + channel · channel_stride + tap.
  size_t row_stride, channel_stride;
  int32_t tile_channels;
  // Compressed: as in CompressedProduct, places being (channel, tap).
  int32_t chunk_count;
  const Chunk *chunks;
  const Segment *segments;
  const uint16_t *indices;
  const uint32_t *places; // of the survivors' taps, in bytes from where a run begins in a patch
  // Of the block at hand: of a pooled gradient that is convolved, and of a result that is pooled; else null.
  const int32_t *source_winners;
  int32_t *result_winners;
} Convolution;

// The sums of a tile's rows: (LANE_GROUPS, rows, pixels, GROUP).
typedef struct {
  float *values;
  size_t plane, group_size; // floats of a row and of a group
  int32_t columns;          // pixels side by side
} Sums;

INLINE size_t result_position(const Geometry *g, int32_t row, int32_t y, int32_t x, int lane) {
  return (((size_t)row * g->out_height + y) * g->out_width + x) * LANES + lane;
}

// The same among pooled values.
INLINE size_t pooled_position(const Geometry *g, int32_t row, int32_t y, int32_t x, int lane) {
  return (((size_t)row * (g->out_height / WINDOW) + y / WINDOW) * (g->out_width / WINDOW) + x / WINDOW) * LANES + lane;
}

INLINE float start_at(const Convolution *m, int32_t row) { return m->biases ? m->biases[row] : 0.0f; }

// Rows by which lines are asked for before they are finished.
enum { AHEAD = 2 };

// Asks for the lines of y, and of the gate, that a row of the tile will be written to.
INLINE void expect_row(const Convolution *m, const Patch *patch, int32_t row, const Finish *finish, const float *y) {
  if (m->result_winners) {
    for (int32_t r = 0; r < patch->tile_rows; r += WINDOW) {
      const size_t at = pooled_position(&m->geometry, row, patch->y + r, patch->x, patch->lane);
      for (int32_t q = 0; q < patch->tile_columns / WINDOW; q++) {
        __builtin_prefetch(y + at + (size_t)q * LANES, 1);
        __builtin_prefetch(m->result_winners + at / LANES * VIRTUAL_LANES + q * VIRTUAL_LANES, 1);
      }
    }
    return;
  }
  for (int32_t r = 0; r < patch->tile_rows; r++) {
    const size_t at = result_position(&m->geometry, row, patch->y + r, patch->x, patch->lane);
    for (int32_t x = 0; x < patch->tile_columns; x++) {
      if (!finish->streams) __builtin_prefetch(y + at + (size_t)x * LANES, 1);
      if (finish->gate) __builtin_prefetch(finish->gate + at + (size_t)x * LANES);
    }
  }
}

// Row `row` of the result's tile, pooled, from its sums.
INLINE void pool_row(const Convolution *m, const Patch *patch, const Sums *sums, const float *from, int32_t row, int relu, float *y) {
  for (int32_t r = 0; r < patch->tile_rows; r += WINDOW) {
    const size_t at = pooled_position(&m->geometry, row, patch->y + r, patch->x, 0);
    pool_sums(from + (size_t)r * sums->columns * GROUP, (size_t)sums->columns * GROUP, sums->group_size, patch->tile_columns / WINDOW, relu,
              patch->lane, y + at, winners_at(m->result_winners, at));
  }
}

// Row `row` of the result's tile, from the sums of row number `number`.
INLINE void finish_row(const Convolution *m, const Patch *patch, const Sums *sums, int32_t number, int32_t row, const Finish *finish,
                       float *y) {
  const Finish how = *finish;
  if (m->result_winners) {
    pool_row(m, patch, sums, sums->values + number * sums->plane, row, how.relu, y);
    return;
  }
  for (int32_t r = 0; r < patch->tile_rows; r++) {
    const size_t at = result_position(&m->geometry, row, patch->y + r, patch->x, patch->lane);
    const float *from = sums->values + number * sums->plane + (size_t)r * sums->columns * GROUP;
    for (int32_t x = 0; x < patch->tile_columns; x++)
      UNROLL for (int g = 0; g < LANE_GROUPS; g++)
        UNROLL for (int v = 0; v < GROUP; v += WIDTH) {
          const size_t place = at + (size_t)x * LANES + g * GROUP + v;
          store_or_stream(how.streams, y + place, finished(&how, load(from + g * sums->group_size + x * GROUP + v), place));
        }
  }
}

// Row `row` without a survivor. There is room for the sums of a row.
INLINE void finish_empty_row(const Convolution *m, const Patch *patch, const Sums *sums, int32_t row, const Finish *finish, float *y) {
  const Floats start = splat(start_at(m, row));
  if (m->result_winners) {
    for (int g = 0; g < LANE_GROUPS; g++)
      for (size_t k = 0; k < sums->plane; k += WIDTH) store(sums->values + g * sums->group_size + k, start);
    pool_row(m, patch, sums, sums->values, row, finish->relu, y);
    return;
  }
  for (int32_t r = 0; r < patch->tile_rows; r++)
    for (int32_t x = 0; x < patch->tile_columns; x++) {
      const size_t at = result_position(&m->geometry, row, patch->y + r, patch->x + x, patch->lane);
      UNROLL for (int v = 0; v < VIRTUAL_LANES; v += WIDTH) store_or_stream(finish->streams, y + at + v, finished(finish, start, at + v));
    }
}
