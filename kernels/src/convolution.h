// Convolutions: pictures lie as (blocks, channels, height, width, LANES). A tile of the result is worked out for 16 lanes at a time from a
// patch: a copy of what the tile reads, padding and all, in which the lanes of neighbouring pixels lie side by side. There a tap of the kernel
// is one offset, whatever the padding and the stride. Sums are kept in scratch as compactly until the tile is finished.
#pragma once
#include "convolution_tile.h"
#include "dense.h"
#include "dots.h"
#include "optimizer.h"

// Of a tile's patch whether its pixels are not 0 in all lanes of a group, and room for the places of a chunk at which a pixel meets such ones.
typedef struct {
  int32_t *places;
  uint8_t *lit;
} PlaceList;

// Whether the source is a pooled gradient of which only that is read which is not 0. Of 16 lanes few are all 0.
INLINE int goes_along_lists(const Convolution *m) { return m->source_winners && WIDTH < 16; }

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

// Rows of a pixel whose sums go along a list together, and how many of `left` ones do.
enum { LISTED_ROWS = 8 / VECTORS > 0 ? 8 / VECTORS : 1 };
INLINE int32_t listed_rows_taken(int32_t left) { return left >= LISTED_ROWS ? LISTED_ROWS : 1; }

INLINE int32_t rows_together(const Convolution *m, int32_t left) { return goes_along_lists(m) ? listed_rows_taken(left) : rows_taken(left); }

// All weights in the order of dense_run or of listed_run: chunk by chunk, in a chunk by blocks of rows.
INLINE void pack_weights(const Convolution *m, const float *weights, float *packed) {
  const int32_t all = m->geometry.channels, taps = m->geometry.kernel * m->geometry.kernel;
  for (int32_t first = 0, channels; first < all; first += channels) {
    channels = all - first < m->tile_channels ? all - first : m->tile_channels;
    for (int32_t row = 0, rows; row < m->rows; row += rows) {
      rows = rows_together(m, m->rows - row);
      for (int32_t c = first; c < first + channels; c++)
        for (int32_t t = 0; t < taps; t++)
          for (int32_t r = row; r < row + rows; r++) *packed++ = weights[r * m->row_stride + c * m->channel_stride + t];
    }
  }
}

// Sums of `rows` rows at one pixel, along the list of the places at which it meets anything but 0.
INLINE void listed_run(const int rows, const float *weights, const int32_t *offset, const int32_t *list, int32_t count, const float *pixels,
                       float *to, size_t plane) {
  Floats sum[LISTED_ROWS][VECTORS];
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < VECTORS; v++) sum[r][v] = load(to + r * plane + v * WIDTH);
  for (int32_t k = 0; k < count; k++) {
    const float *lanes = pixels + offset[list[k]], *weight = weights + (size_t)list[k] * rows;
    Floats x[VECTORS];
    UNROLL for (int v = 0; v < VECTORS; v++) x[v] = load(lanes + v * WIDTH);
    UNROLL for (int r = 0; r < rows; r++) {
      const Floats w = splat(weight[r]);
      UNROLL for (int v = 0; v < VECTORS; v++) sum[r][v] = sum[r][v] + w * x[v];
    }
  }
  UNROLL for (int r = 0; r < rows; r++) UNROLL for (int v = 0; v < VECTORS; v++) store(to + r * plane + v * WIDTH, sum[r][v]);
}

KERNEL void listed_run_of_block(const float *weights, const int32_t *offset, const int32_t *list, int32_t count, const float *pixels, float *to,
                                size_t plane) {
  listed_run(LISTED_ROWS, weights, offset, list, count, pixels, to, plane);
}

// A group of lanes of a dense tile's chunk whose source is a pooled gradient: pixel by pixel, and only what is not 0 in all lanes.
INLINE void add_listed_chunk(const Convolution *m, const Patch *patch, const Sums *sums, int32_t channels, const float *weights,
                             const float *values, float *to, const PlaceList *list) {
  const int32_t places = channels * m->geometry.kernel * m->geometry.kernel;
  for (int32_t p = 0; p < channels * patch->rows * patch->columns; p++) list->lit[p] = any_in_group(values + (size_t)p * GROUP);
  for (int32_t r = 0; r < patch->tile_rows; r++)
    for (int32_t x = 0; x < patch->tile_columns; x++) {
      const size_t pixel = (size_t)r * patch->columns + x;
      int32_t count = 0;
      for (int32_t k = 0; k < places; k++) {
        list->places[count] = k;
        count += list->lit[pixel + patch->offsets[k] / GROUP];
      }
      float *sum = to + ((size_t)r * sums->columns + x) * GROUP;
      const float *weight = weights;
      for (int32_t row = 0, rows; row < m->rows; row += rows, weight += rows * places) {
        rows = listed_rows_taken(m->rows - row);
        if (rows == LISTED_ROWS)
          listed_run_of_block(weight, patch->offsets, list->places, count, values + pixel * GROUP, sum + row * sums->plane, sums->plane);
        else
          listed_run(1, weight, patch->offsets, list->places, count, values + pixel * GROUP, sum + row * sums->plane, sums->plane);
      }
    }
}

// All sums of a tile start.
INLINE void start_rows(const Convolution *m, const Sums *sums) {
  for (int g = 0; g < LANE_GROUPS; g++)
    for (int32_t row = 0; row < m->rows; row++) {
      const Floats start = splat(start_at(m, row));
      float *to = sums->values + g * sums->group_size + row * sums->plane;
      for (size_t k = 0; k < sums->plane; k += WIDTH) store(to + k, start);
    }
}

// A tile of which one chunk holds all there is to add: row by row.
INLINE void compressed_tile_at_once(const Convolution *m, const Patch *patch, const Sums *sums, const int32_t *empty, int32_t empties,
                                    const Finish *finish, const float *x, float *y) {
  fill_patch(&m->geometry, patch, x, 0, m->geometry.channels);
  for (int32_t q = 0; q < m->chunks[1].first_segment; q++) {
    const Segment *s = m->segments + q;
    expect_row(m, patch, s->row, finish, y);
    UNROLL for (int g = 0; g < LANE_GROUPS; g++)
      add_segment(m, patch, s, 0, patch->values + g * patch->group_size, sums, sums->values + g * sums->group_size);
    finish_row(m, patch, sums, 0, s->row, finish, y);
  }
  for (int32_t e = 0; e < empties; e++) finish_empty_row(m, patch, sums, empty[e], finish, y);
}

INLINE void compressed_tile(const Convolution *m, const Patch *patch, const Sums *sums, const Finish *finish, const float *x, float *y) {
  const int32_t taps = m->geometry.kernel * m->geometry.kernel;
  const Chunk *chunks = m->chunks;
  const int first_is_full = chunks[1].first_segment - chunks[0].first_segment == m->rows;
  if (!first_is_full) start_rows(m, sums);
  for (int32_t c = 0; c < m->chunk_count; c++) {
    const int32_t first = chunks[c].first_feature / taps;
    if (chunks[c + 1].first_segment == chunks[c].first_segment) continue;
    fill_patch(&m->geometry, patch, x, first, chunks[c + 1].first_feature / taps - first);
    for (int g = 0; g < LANE_GROUPS; g++)
      for (int32_t q = chunks[c].first_segment; q < chunks[c + 1].first_segment; q++) {
        const Segment *s = m->segments + q;
        float *to = sums->values + g * sums->group_size + s->row * sums->plane;
        add_segment(m, patch, s, c > 0 || !first_is_full, patch->values + g * patch->group_size, sums, to);
      }
  }
  for (int32_t row = 0; row < m->rows; row++) {
    if (row + AHEAD < m->rows) expect_row(m, patch, row + AHEAD, finish, y);
    finish_row(m, patch, sums, row, row, finish, y);
  }
}

// Lines that are asked for in each run of a dense tile.
enum { ASKED = 2 };

// What is copied after `next` channels of the tile: `most` more of them or, behind the last, the first ones of the next tile above row `end`.
INLINE Lines next_lines(const Convolution *m, const Patch *patch, int32_t end, const float *x, int32_t next, int32_t most) {
  const Geometry *g = &m->geometry;
  int32_t y = patch->y, column = patch->x, lane = patch->lane;
  if (next < g->channels) {
    most = most < g->channels - next ? most : g->channels - next;
  } else {
    next = 0;
    lane += VIRTUAL_LANES;
    if (lane == LANES) lane = 0, column += patch->tile_columns;
    if (column >= g->out_width) column = 0, y += patch->tile_rows;
    if (y >= end) return (Lines){.left = 0};
  }
  return lines_of_tile(g, x, patch->winners, next, most, y, patch->tile_rows, column, patch->tile_columns, lane);
}

INLINE void dense_tile_of_picture(const Convolution *m, const Patch *patch, int32_t end, const Sums *sums, const PlaceList *list,
                                  const Finish *finish, const float *x, float *y) {
  const int32_t all = m->geometry.channels, taps = m->geometry.kernel * m->geometry.kernel;
  start_rows(m, sums);
  for (int32_t first = 0, channels; first < all; first += channels) {
    channels = all - first < m->tile_channels ? all - first : m->tile_channels;
    fill_patch(&m->geometry, patch, x, first, channels);
    if (goes_along_lists(m)) {
      for (int g = 0; g < LANE_GROUPS; g++)
        add_listed_chunk(m, patch, sums, channels, m->weights + (size_t)first * m->rows * taps, patch->values + g * patch->group_size,
                         sums->values + g * sums->group_size, list);
      continue;
    }
    Lines lines = next_lines(m, patch, end, x, first + channels, m->tile_channels);
    for (int g = 0; g < LANE_GROUPS; g++)
      for (int32_t row = 0, rows; row < m->rows; row += rows) {
        rows = rows_taken(m->rows - row);
        DenseRun *run = dense_run_of(rows);
        const float *weights = m->weights + ((size_t)first * m->rows + (size_t)row * channels) * taps;
        for (int32_t r = 0; r < patch->tile_rows; r++) {
          const float *line = patch->values + g * patch->group_size + (size_t)r * m->geometry.stride * patch->columns * GROUP;
          float *to = sums->values + g * sums->group_size + row * sums->plane + (size_t)r * sums->columns * GROUP;
          for (int32_t x = 0; x < patch->tile_columns; x += DENSE_PIXELS) {
            ask_for_lines(&lines, ASKED);
            run(weights, patch->offsets, channels * taps, line + x * GROUP, to + x * GROUP, sums->plane);
          }
        }
      }
  }
  for (int32_t row = 0; row < m->rows; row++) finish_row(m, patch, sums, row, row, finish, y);
}

// The rows without a segment in the only chunk: their number, and a list of them.
INLINE int32_t list_empty_rows(const Convolution *m, int32_t *empty) {
  for (int32_t row = 0; row < m->rows; row++) empty[row] = 1;
  for (int32_t q = 0; q < m->chunks[1].first_segment; q++) empty[m->segments[q].row] = 0;
  int32_t count = 0;
  for (int32_t row = 0; row < m->rows; row++)
    if (empty[row]) empty[count++] = row;
  return count;
}

INLINE int32_t survivors_of(const Chunk *chunks, int32_t chunk_count, const Segment *segments) {
  const int32_t last = chunks[chunk_count].first_segment - 1;
  return last < 0 ? 0 : segments[last].start + segments[last].count;
}

// Looked up once: every tile passes over them, some of it each of its rows.
INLINE void look_up_places(Convolution *m, const Patch *patch, uint32_t *places) {
  const int32_t count = survivors_of(m->chunks, m->chunk_count, m->segments);
  for (int32_t k = 0; k < count; k++) places[k] = (uint32_t)patch->offsets[m->indices[k]] * sizeof(float);
  m->places = places;
}

// One block, the picture's rows of a part. x: what is convolved; y (rows, result, LANES).
INLINE void convolve(const int dense, Convolution *m, const Finish *finish, Rows part, int32_t tile_rows, int32_t tile_columns,
                     float *scratch, const float *x, float *y) {
  const Geometry *g = &m->geometry;
  const int32_t most = dense ? m->tile_channels : m->chunk_count > 1 ? m->chunks[1].first_feature / (g->kernel * g->kernel) : g->channels;
  const int at_once = !dense && m->chunk_count == 1;
  Patch patch;
  Sums sums = {.values = lay_out_patch(&patch, g, tile_rows, tile_columns, most, scratch), .columns = tile_columns};
  sums.plane = (size_t)tile_rows * tile_columns * GROUP;
  sums.group_size = sums.plane * (at_once ? 1 : m->rows);
  patch.winners = m->source_winners;
  int32_t *empty = (int32_t *)(sums.values + sums.group_size * LANE_GROUPS);
  const int32_t empties = at_once ? list_empty_rows(m, empty) : 0;
  int32_t *places = empty + whole_lines(m->rows);
  if (!dense) look_up_places(m, &patch, (uint32_t *)places);
  const PlaceList list = {.places = places, .lit = (uint8_t *)(places + whole_lines((size_t)most * g->kernel * g->kernel))};
  for (patch.y = part.first; patch.y < part.end; patch.y += tile_rows)
    for (patch.x = 0; patch.x < g->out_width; patch.x += tile_columns)
      for (patch.lane = 0; patch.lane < LANES; patch.lane += VIRTUAL_LANES) {
        patch.tile_rows = part.end - patch.y < tile_rows ? part.end - patch.y : tile_rows;
        patch.tile_columns = g->out_width - patch.x < tile_columns ? g->out_width - patch.x : tile_columns;
        if (dense)
          dense_tile_of_picture(m, &patch, part.end, &sums, &list, finish, x, y);
        else if (at_once)
          compressed_tile_at_once(m, &patch, &sums, empty, empties, finish, x, y);
        else
          compressed_tile(m, &patch, &sums, finish, x, y);
      }
  if (finish->streams) end_of_stream();
}

// The part's own working memory.
INLINE float *part_scratch(const Context *c, int32_t offset, int32_t words) {
  return floats_at(c, offset) + (c->bounds ? (size_t)c->part * words : 0);
}

// Those rows of a picture that are to be computed, of a result that is pooled if there are winners: then divided by rows of windows.
INLINE Rows rows_of_result(const Context *c, const Geometry *g, const int32_t *winners) {
  if (!winners) return rows_of(c, g->out_height);
  const Rows windows = rows_of(c, g->out_height / WINDOW);
  return (Rows){windows.first * WINDOW, windows.end * WINDOW};
}

#define PICTURE(op) picture_of(op->channels, op->height, op->width, op->kernel, op->stride, op->padding)

KERNEL void dense_convolution(const Context *c, const DenseConvolution *op) {
  Convolution m = {.geometry = PICTURE(op),
                   .rows = op->outputs,
                   .biases = floats_at(c, op->biases),
                   .row_stride = (size_t)op->channels * op->kernel * op->kernel,
                   .channel_stride = (size_t)op->kernel * op->kernel,
                   .tile_channels = op->tileChannels};
  int32_t *winners = optional_ints_at(c, op->winners);
  const Rows part = rows_of_result(c, &m.geometry, winners);
  const size_t result = kept_of(op->outputs * result_size(&m.geometry), winners);
  const Finish finish = {.relu = op->relu, .streams = op->streams};
  float *packed = part_scratch(c, op->scratch, op->scratchWords), *scratch = packed + whole_lines(op->outputs * m.row_stride);
  pack_weights(&m, floats_at(c, op->weights), packed);
  m.weights = packed;
  for (int32_t b = 0; b < op->blocks; b++) {
    m.result_winners = winners_at(winners, b * result);
    convolve(1, &m, &finish, part, op->tileRows, op->tileColumns, scratch, floats_at(c, op->x) + b * source_size(&m.geometry),
             floats_at(c, op->y) + b * result);
  }
}

KERNEL void compressed_convolution(const Context *c, const CompressedConvolution *op) {
  Convolution m = {.geometry = PICTURE(op),
                   .rows = op->outputs,
                   .weights = floats_at(c, op->values),
                   .biases = floats_at(c, op->biases),
                   .chunk_count = op->chunkCount,
                   .chunks = (const Chunk *)ints_at(c, op->chunks),
                   .segments = (const Segment *)ints_at(c, op->segments),
                   .indices = (const uint16_t *)ints_at(c, op->indices)};
  int32_t *winners = optional_ints_at(c, op->winners);
  const Rows part = rows_of_result(c, &m.geometry, winners);
  const size_t result = kept_of(op->outputs * result_size(&m.geometry), winners);
  const Finish finish = {.relu = op->relu, .streams = op->streams};
  float *scratch = part_scratch(c, op->scratch, op->scratchWords);
  for (int32_t b = 0; b < op->blocks; b++) {
    m.result_winners = winners_at(winners, b * result);
    convolve(0, &m, &finish, part, op->tileRows, op->tileColumns, scratch, floats_at(c, op->x) + b * source_size(&m.geometry),
             floats_at(c, op->y) + b * result);
  }
}

// The values are first brought into the order of the columns, in scratch: every tile passes over them.
KERNEL void compressed_convolution_input_gradient(const Context *c, const CompressedConvolutionInputGradient *op) {
  const Geometry forward = PICTURE(op);
  const Segment *segments = (const Segment *)ints_at(c, op->segments);
  const Chunk *chunks = (const Chunk *)ints_at(c, op->chunks);
  const uint32_t *permutation = (const uint32_t *)ints_at(c, op->permutation);
  const float *values = floats_at(c, op->values), *gate = optional_floats_at(c, op->gate);
  float *ordered = part_scratch(c, op->scratch, op->scratchWords);
  const int32_t count = survivors_of(chunks, op->chunkCount, segments);
  for (int32_t k = 0; k < count; k++) ordered[k] = values[permutation[k]];
  Convolution m = {.geometry = backwards(&forward, op->outputs),
                   .rows = op->channels,
                   .weights = ordered,
                   .chunk_count = op->chunkCount,
                   .chunks = chunks,
                   .segments = segments,
                   .indices = (const uint16_t *)ints_at(c, op->indices)};
  const Rows part = rows_of(c, op->height);
  int32_t *winners = optional_ints_at(c, op->winners);
  const size_t source = kept_of(source_size(&m.geometry), winners);
  for (int32_t b = 0; b < op->blocks; b++) {
    const size_t at = b * source_size(&forward);
    const Finish finish = {.gate = gate ? gate + at : 0, .streams = op->streams};
    m.source_winners = winners_at(winners, b * source);
    convolve(0, &m, &finish, part, op->tileRows, op->tileColumns, ordered + whole_lines(count), floats_at(c, op->dy) + b * source,
             floats_at(c, op->dx) + at);
  }
}
