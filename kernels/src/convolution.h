// Convolutions: pictures lie as (blocks, channels, height, width, LANES). A tile of the result is worked out for 16 lanes at a time from a
// patch: a copy of what the tile reads, padding and all, in which the 16 lanes of a pixel lie side by side. There a tap of the kernel is one
// offset, whatever the padding and the stride.
#pragma once
#include "compressed.h"
#include "dense.h"
#include "dots.h"
#include "optimizer.h"
#include "patch.h"

// Pixels that a compressed and a dense kernel hold in registers, 16 lanes each.
enum { RUN_PIXELS = SPAN / PARTS, DENSE_PIXELS = TILE_SPAN / PARTS };

// y (rows, geometry's result, LANES) = finish(start + W * source).
typedef struct {
  Geometry geometry;
  int32_t rows;
  const float *weights; // compressed: the survivors' values
  const float *biases;  // (rows) or null for +0
  // Dense: the weight of (row, channel, tap) lies at row · row_stride + channel · channel_stride + tap.
  size_t row_stride, channel_stride;
  int32_t tile_channels;
  // Compressed: as in CompressedProduct, places being (channel, tap).
  int32_t chunk_count;
  const Chunk *chunks;
  const Segment *segments;
  const uint16_t *indices;
  const uint32_t *permutation;
} Convolution;

INLINE size_t result_position(const Geometry *g, int32_t row, int32_t y, int32_t x, int lane) {
  return (((size_t)row * g->out_height + y) * g->out_width + x) * LANES + lane;
}

// Starts, or takes up again, the sums of `pixels` pixels.
INLINE void start_run(const int pixels, Floats *sum, int continues, float start, const float *y, size_t at, int32_t valid) {
  UNROLL for (int p = 0; p < pixels; p++)
    UNROLL for (int v = 0; v < PARTS; v++)
      sum[p * PARTS + v] = continues && p < valid ? load(y + at + p * LANES + v * WIDTH) : splat(start);
}

INLINE void store_run(const int pixels, const Finish *finish, int finishes, const Floats *sum, float *y, size_t at, int32_t valid) {
  UNROLL for (int p = 0; p < pixels; p++) {
    if (p < valid) {
      UNROLL for (int v = 0; v < PARTS; v++) {
        const size_t place = at + p * LANES + v * WIDTH;
        store(y + place, finishes ? finished(finish, sum[p * PARTS + v], place) : sum[p * PARTS + v]);
      }
    }
  }
}

// sum (RUN_PIXELS) += value · patch[offset of index], for the survivors of a segment.
INLINE void add_taps(Floats sum[SPAN], const Convolution *m, const Segment *s, const int32_t *offsets, const float *patch) {
  const uint16_t *index = m->indices + s->start;
  const float *value = m->weights + s->start;
  const uint32_t *place = m->permutation + s->start;
  UNROLL_BY_4 for (int32_t k = 0; k < s->count; k++) {
    AS_IT_IS(patch);
    const float *lanes = address(patch + offsets[index[k]]);
    const Floats w = splat(m->permutation ? m->weights[place[k]] : value[k]);
    UNROLL for (int p = 0; p < SPAN; p++) {
      if (p == SPAN / 2 && block_ends()) return;
      sum[p] = sum[p] + w * load(lanes + p * WIDTH);
    }
  }
}

// One chunk's part of a tile, survivors only.
INLINE void compressed_tile(const Convolution *m, const Patch *patch, const Segment *segments, int32_t count, int continues, int finishes,
                            const Finish *finish, float *y) {
  const Geometry *g = &m->geometry;
  for (int32_t q = 0; q < count; q++) {
    const Segment *s = segments + q;
    const float start = m->biases ? m->biases[s->row] : 0.0f;
    for (int32_t r = 0; r < patch->tile_rows; r++) {
      const float *line = patch->values + (size_t)r * g->stride * patch->columns * VIRTUAL_LANES;
      for (int32_t x = 0; x < patch->tile_columns; x += RUN_PIXELS) {
        const size_t at = result_position(g, s->row, patch->y + r, patch->x + x, patch->lane);
        const int32_t valid = patch->tile_columns - x;
        Floats sum[SPAN];
        start_run(RUN_PIXELS, sum, continues, start, y, at, valid);
        add_taps(sum, m, s, patch->offsets, line + x * VIRTUAL_LANES);
        store_run(RUN_PIXELS, finish, finishes, sum, y, at, valid);
      }
    }
  }
}

// The same with every weight: `rows` rows from `row` on, DENSE_PIXELS pixels, of which `valid` exist; the chunk's first channel is `first`.
INLINE void dense_run(const int rows, const Convolution *m, const Patch *patch, int32_t row, int32_t first, int32_t channels, int continues,
                      int finishes, const Finish *finish, const float *pixels, size_t at, size_t plane, int32_t valid, float *y) {
  Floats sum[TILE_ROWS][TILE_SPAN];
  UNROLL for (int r = 0; r < rows; r++)
    start_run(DENSE_PIXELS, sum[r], continues, m->biases ? m->biases[row + r] : 0.0f, y, at + r * plane, valid);
  const int32_t taps = m->geometry.kernel * m->geometry.kernel;
  const int32_t *offset = patch->offsets;
  for (int32_t c = 0; c < channels; c++) {
    const float *weights = m->weights + row * m->row_stride + (first + c) * m->channel_stride, *further = weights + 3 * m->row_stride;
    for (int32_t t = 0; t < taps; t++, offset++) {
      const float *w[2] = {address(weights + t), rows > 3 ? address(further + t) : 0};
      AS_IT_IS(pixels);
      const float *from = address(pixels + *offset);
      Floats lanes[TILE_SPAN];
      UNROLL for (int p = 0; p < TILE_SPAN; p++) lanes[p] = load(from + p * WIDTH);
      UNROLL for (int r = 0; r < rows; r++) {
        const Floats weight = splat(w[r / 3][r % 3 * m->row_stride]);
        UNROLL for (int p = 0; p < TILE_SPAN; p++) sum[r][p] = sum[r][p] + weight * lanes[p];
      }
    }
  }
  UNROLL for (int r = 0; r < rows; r++) store_run(DENSE_PIXELS, finish, finishes, sum[r], y, at + r * plane, valid);
}

INLINE void dense_tile_of_picture(const Convolution *m, const Patch *patch, int32_t first, int32_t channels, int continues, int finishes,
                                  const Finish *finish, float *y) {
  const Geometry *g = &m->geometry;
  const size_t plane = (size_t)g->out_height * g->out_width * LANES;
  for (int32_t row = 0; row < m->rows;) {
    const int whole = row + TILE_ROWS <= m->rows;
    for (int32_t r = 0; r < patch->tile_rows; r++) {
      const float *line = patch->values + (size_t)r * g->stride * patch->columns * VIRTUAL_LANES;
      for (int32_t x = 0; x < patch->tile_columns; x += DENSE_PIXELS) {
        const size_t at = result_position(g, row, patch->y + r, patch->x + x, patch->lane);
        const int32_t valid = patch->tile_columns - x;
        const float *pixels = line + x * VIRTUAL_LANES;
        if (whole)
          dense_run(TILE_ROWS, m, patch, row, first, channels, continues, finishes, finish, pixels, at, plane, valid, y);
        else
          dense_run(1, m, patch, row, first, channels, continues, finishes, finish, pixels, at, plane, valid, y);
      }
    }
    row += whole ? TILE_ROWS : 1;
  }
}

// Every value of a tile is its start, or is finished.
INLINE void fill_tile(const Convolution *m, const Patch *patch, int starts, const Finish *finish, float *y) {
  for (int32_t row = 0; row < m->rows; row++)
    for (int32_t r = 0; r < patch->tile_rows; r++)
      for (int32_t x = 0; x < patch->tile_columns; x++) {
        float *at = y + result_position(&m->geometry, row, patch->y + r, patch->x + x, patch->lane);
        for (int v = 0; v < VIRTUAL_LANES; v += WIDTH)
          store(at + v, starts ? splat(m->biases ? m->biases[row] : 0.0f) : finished(finish, load(at + v), at + v - y));
      }
}

INLINE void compressed_patch(const Convolution *m, Patch *patch, const Finish *finish, const float *x, float *y) {
  const int32_t taps = m->geometry.kernel * m->geometry.kernel, last = m->chunk_count - 1;
  const Chunk *chunks = m->chunks;
  const int first_is_full = chunks[1].first_segment - chunks[0].first_segment == m->rows;
  const int last_is_full = chunks[last + 1].first_segment - chunks[last].first_segment == m->rows;
  if (!first_is_full) fill_tile(m, patch, 1, finish, y);
  for (int32_t c = 0; c <= last; c++) {
    const int32_t first = chunks[c].first_feature / taps, count = chunks[c + 1].first_segment - chunks[c].first_segment;
    if (count == 0) continue;
    fill_patch(&m->geometry, patch, x, first, chunks[c + 1].first_feature / taps - first);
    compressed_tile(m, patch, m->segments + chunks[c].first_segment, count, c > 0 || !first_is_full, c == last && last_is_full, finish, y);
  }
  if (!last_is_full) fill_tile(m, patch, 0, finish, y);
}

INLINE void dense_patch(const Convolution *m, Patch *patch, const Finish *finish, const float *x, float *y) {
  const int32_t all = m->geometry.channels;
  for (int32_t first = 0; first < all; first += m->tile_channels) {
    const int32_t channels = all - first < m->tile_channels ? all - first : m->tile_channels;
    fill_patch(&m->geometry, patch, x, first, channels);
    dense_tile_of_picture(m, patch, first, channels, first > 0, first + channels == all, finish, y);
  }
}

// One block. x: what is convolved; y (rows, result, LANES).
INLINE void convolve(const int dense, const Convolution *m, const Finish *finish, int32_t tile_rows, int32_t tile_columns, float *scratch,
                     const float *x, float *y) {
  const Geometry *g = &m->geometry;
  const int32_t most = dense ? m->tile_channels : m->chunk_count > 1 ? m->chunks[1].first_feature / (g->kernel * g->kernel) : g->channels;
  Patch patch = patch_in(g, tile_rows, tile_columns, most, scratch);
  for (patch.lane = 0; patch.lane < LANES; patch.lane += VIRTUAL_LANES)
    for (patch.y = 0; patch.y < g->out_height; patch.y += tile_rows)
      for (patch.x = 0; patch.x < g->out_width; patch.x += tile_columns) {
        patch.tile_rows = g->out_height - patch.y < tile_rows ? g->out_height - patch.y : tile_rows;
        patch.tile_columns = g->out_width - patch.x < tile_columns ? g->out_width - patch.x : tile_columns;
        if (dense)
          dense_patch(m, &patch, finish, x, y);
        else
          compressed_patch(m, &patch, finish, x, y);
      }
}

#define PICTURE(op) picture_of(op->channels, op->height, op->width, op->kernel, op->stride, op->padding)

KERNEL void dense_convolution(const Context *c, const DenseConvolution *op) {
  const Convolution m = {.geometry = PICTURE(op),
                         .rows = op->outputs,
                         .weights = floats_at(c, op->weights),
                         .biases = floats_at(c, op->biases),
                         .row_stride = (size_t)op->channels * op->kernel * op->kernel,
                         .channel_stride = (size_t)op->kernel * op->kernel,
                         .tile_channels = op->tileChannels};
  const Finish finish = {.gate = 0, .relu = op->relu};
  for (int32_t b = 0; b < op->blocks; b++)
    convolve(1, &m, &finish, op->tileRows, op->tileColumns, floats_at(c, op->scratch), floats_at(c, op->x) + b * source_size(&m.geometry),
             floats_at(c, op->y) + b * op->outputs * result_size(&m.geometry));
}

KERNEL void compressed_convolution(const Context *c, const CompressedConvolution *op) {
  const Convolution m = {.geometry = PICTURE(op),
                         .rows = op->outputs,
                         .weights = floats_at(c, op->values),
                         .biases = floats_at(c, op->biases),
                         .chunk_count = op->chunkCount,
                         .chunks = (const Chunk *)ints_at(c, op->chunks),
                         .segments = (const Segment *)ints_at(c, op->segments),
                         .indices = (const uint16_t *)ints_at(c, op->indices)};
  const Finish finish = {.gate = 0, .relu = op->relu};
  for (int32_t b = 0; b < op->blocks; b++)
    convolve(0, &m, &finish, op->tileRows, op->tileColumns, floats_at(c, op->scratch), floats_at(c, op->x) + b * source_size(&m.geometry),
             floats_at(c, op->y) + b * op->outputs * result_size(&m.geometry));
}

KERNEL void dense_convolution_input_gradient(const Context *c, const DenseConvolutionInputGradient *op) {
  const Geometry forward = PICTURE(op);
  const Convolution m = {.geometry = backwards(&forward, op->outputs),
                         .rows = op->channels,
                         .weights = floats_at(c, op->weights),
                         .row_stride = (size_t)op->kernel * op->kernel,
                         .channel_stride = (size_t)op->channels * op->kernel * op->kernel,
                         .tile_channels = op->tileChannels};
  const float *gate = optional_floats_at(c, op->gate);
  for (int32_t b = 0; b < op->blocks; b++) {
    const size_t at = b * source_size(&forward);
    const Finish finish = {.gate = gate ? gate + at : 0, .relu = 0};
    convolve(1, &m, &finish, op->tileRows, op->tileColumns, floats_at(c, op->scratch), floats_at(c, op->dy) + b * source_size(&m.geometry),
             floats_at(c, op->dx) + at);
  }
}

KERNEL void compressed_convolution_input_gradient(const Context *c, const CompressedConvolutionInputGradient *op) {
  const Geometry forward = PICTURE(op);
  const Convolution m = {.geometry = backwards(&forward, op->outputs),
                         .rows = op->channels,
                         .weights = floats_at(c, op->values),
                         .chunk_count = op->chunkCount,
                         .chunks = (const Chunk *)ints_at(c, op->chunks),
                         .segments = (const Segment *)ints_at(c, op->segments),
                         .indices = (const uint16_t *)ints_at(c, op->indices),
                         .permutation = (const uint32_t *)ints_at(c, op->permutation)};
  const float *gate = optional_floats_at(c, op->gate);
  for (int32_t b = 0; b < op->blocks; b++) {
    const size_t at = b * source_size(&forward);
    const Finish finish = {.gate = gate ? gate + at : 0, .relu = 0};
    convolve(0, &m, &finish, op->tileRows, op->tileColumns, floats_at(c, op->scratch), floats_at(c, op->dy) + b * source_size(&m.geometry),
             floats_at(c, op->dx) + at);
  }
}
