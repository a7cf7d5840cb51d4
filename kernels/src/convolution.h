// Convolutions: pictures lie as (blocks, channels, height, width, LANES). A tile of the result is worked out for 16 lanes at a time from a
// patch: a copy of what the tile reads, padding and all, in which the lanes of neighbouring pixels lie side by side. There a tap of the kernel
// is one offset, whatever the padding and the stride. Sums are kept in scratch as compactly until the tile is finished.
#pragma once
#include "convolution_runs.h"
#include "dots.h"
#include "listed_pixels.h"
#include "optimizer.h"

// Rows whose weights are packed together, of `left` ones.
INLINE int32_t rows_together(const Convolution *m, int32_t left) { return m->source_winners ? listed_rows_taken(left) : rows_taken(left); }

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
      add_segment(m, patch, (Rows){0, patch->tile_rows}, s, 0, patch->values + g * patch->group_size, sums, sums->values + g * sums->group_size);
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
      for (Rows lines = {0, 0}; lines.first < patch->tile_rows; lines.first = lines.end) {
        lines.end = patch->tile_rows - lines.first < LINES_TOGETHER ? patch->tile_rows : lines.first + LINES_TOGETHER;
        for (int32_t q = chunks[c].first_segment; q < chunks[c + 1].first_segment; q++) {
          const Segment *s = m->segments + q;
          float *to = sums->values + g * sums->group_size + s->row * sums->plane;
          add_segment(m, patch, lines, s, c > 0 || !first_is_full, patch->values + g * patch->group_size, sums, to);
        }
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
    if (m->source_winners) {
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
  // Vectors of 16 lanes fill a first-level cache with half as many pixels.
  if (WIDTH == 16 && !dense && !at_once) tile_columns = TILE_RUN;
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
