// What a tile of a convolution's result reads, copied so that each tap of the kernel is one offset.
#pragma once
#include "context.h"
#include "lines.h"

// What is convolved, with `dilation − 1` zeros between its values, and what comes out.
typedef struct {
  int32_t channels, height, width, dilation;
  int32_t kernel, stride, padding;
  int flipped; // whether the kernel is applied back to front
  int32_t out_height, out_width;
} Geometry;

// 16 lanes of what a tile reads, group by group. Column j lies at (j mod stride) · phase + j ÷ stride, so that what neighbouring results
// read lies side by side.
typedef struct {
  int32_t rows, columns, phase; // of the patch
  int32_t *column;              // (columns): the source's column, or −1 for zero
  int32_t *offsets;             // for each (channel, tap) of a chunk, its place in a group's values
  float *values;                // (LANE_GROUPS, channels, rows, columns, GROUP)
  size_t group_size;            // floats of a group
  int32_t y, x, lane;           // where the tile begins
  int32_t tile_rows, tile_columns;
  const int32_t *winners;       // of the block that is read, if it is a pooled gradient; null otherwise
} Patch;

INLINE Geometry picture_of(int32_t channels, int32_t height, int32_t width, int32_t kernel, int32_t stride, int32_t padding) {
  return (Geometry){.channels = channels,
                    .height = height,
                    .width = width,
                    .dilation = 1,
                    .kernel = kernel,
                    .stride = stride,
                    .padding = padding,
                    .out_height = (height + 2 * padding - kernel) / stride + 1,
                    .out_width = (width + 2 * padding - kernel) / stride + 1};
}

// The convolution that gives a gradient at the input from one at the `outputs` outputs.
INLINE Geometry backwards(const Geometry *forward, int32_t outputs) {
  return (Geometry){.channels = outputs,
                    .height = forward->out_height,
                    .width = forward->out_width,
                    .dilation = forward->stride,
                    .kernel = forward->kernel,
                    .stride = 1,
                    .padding = forward->kernel - 1 - forward->padding,
                    .flipped = 1,
                    .out_height = forward->height,
                    .out_width = forward->width};
}

// Floats of a block of what is convolved, and of one channel of what comes out.
INLINE size_t source_size(const Geometry *g) { return (size_t)g->channels * g->height * g->width * LANES; }
INLINE size_t result_size(const Geometry *g) { return (size_t)g->out_height * g->out_width * LANES; }

INLINE size_t whole_lines(size_t words) { return (words + 15) / 16 * 16; }

// Lays a patch out in scratch, for tiles of at most this size and chunks of at most `channels` channels. Returns where scratch goes on.
INLINE float *lay_out_patch(Patch *patch, const Geometry *g, int32_t tile_rows, int32_t tile_columns, int32_t channels, float *scratch) {
  const int32_t k = g->kernel, phase = tile_columns + (k - 1) / g->stride;
  *patch = (Patch){.rows = (tile_rows - 1) * g->stride + k, .columns = g->stride * phase, .phase = phase};
  patch->column = (int32_t *)scratch;
  patch->offsets = patch->column + whole_lines(patch->columns);
  patch->values = (float *)(patch->offsets + whole_lines((size_t)channels * k * k));
  patch->group_size = (size_t)channels * patch->rows * patch->columns * GROUP;
  for (int32_t c = 0, place = 0; c < channels; c++)
    for (int32_t t = 0; t < k * k; t++, place++) {
      const int32_t i = g->flipped ? k - 1 - t / k : t / k, j = g->flipped ? k - 1 - t % k : t % k;
      patch->offsets[place] = ((c * patch->rows + i) * patch->columns + j % g->stride * phase + j / g->stride) * GROUP;
    }
  return patch->values + patch->group_size * LANE_GROUPS;
}

// Which value lies at `position` among zeros and padding, or −1.
INLINE int32_t source_index(const Geometry *g, int32_t position, int32_t length) {
  if (position < 0 || position % g->dilation != 0) return -1;
  return position / g->dilation < length ? position / g->dilation : -1;
}

// Copies what the tile reads of `channels` channels from `first` on.
INLINE void fill_patch(const Geometry *g, const Patch *patch, const float *x, int32_t first, int32_t channels) {
  const int32_t rows = (patch->tile_rows - 1) * g->stride + g->kernel;
  // Without gaps, the columns from `begin` to `end` are those of the source from `begin` + `shift` on.
  const int plain = g->stride == 1 && g->dilation == 1;
  const int32_t shift = patch->x - g->padding, past = g->width - shift;
  const int32_t begin = shift < 0 ? -shift : 0, end = past < begin ? begin : past < patch->columns ? past : patch->columns;
  if (!plain)
    for (int32_t p = 0; p < patch->columns; p++) {
      const int32_t j = p % patch->phase * g->stride + p / patch->phase;
      patch->column[p] = source_index(g, patch->x * g->stride + j - g->padding, g->width);
    }
  for (int32_t c = 0; c < channels; c++)
    for (int32_t r = 0; r < rows; r++) {
      float *to = patch->values + (size_t)(c * patch->rows + r) * patch->columns * GROUP;
      const int32_t row = source_index(g, patch->y * g->stride + r - g->padding, g->height);
      if (row < 0) {
        zero_pixels(to, patch->columns, patch->group_size);
        continue;
      }
      const SourceRow from = source_row(x, patch->winners, first + c, first + c + 1, row, g->height, g->width);
      if (plain) {
        zero_pixels(to, begin, patch->group_size);
        copy_pixels(&from, begin + shift, end + shift, patch->lane, to + begin * GROUP, patch->group_size);
        zero_pixels(to + end * GROUP, patch->columns - end, patch->group_size);
        continue;
      }
      for (int32_t p = 0; p < patch->columns; p++, to += GROUP) {
        if (patch->column[p] < 0)
          zero_pixels(to, 1, patch->group_size);
        else
          copy_pixels(&from, patch->column[p], patch->column[p] + 1, patch->lane, to, patch->group_size);
      }
    }
}

// The first value that lies at `position` or behind it.
INLINE int32_t source_from(const Geometry *g, int32_t position) {
  return position <= 0 ? 0 : (position + g->dilation - 1) / g->dilation;
}

// What a tile of `rows` × `columns` results at (y, px), for 16 lanes from `lane` on, reads of `channels` channels from `first` on.
INLINE Lines lines_of_tile(const Geometry *g, const float *x, const int32_t *winners, int32_t first, int32_t channels, int32_t y, int32_t rows,
                           int32_t px, int32_t columns, int32_t lane) {
  const int32_t top = source_from(g, y * g->stride - g->padding), left = source_from(g, px * g->stride - g->padding);
  const int32_t bottom = source_from(g, (y + rows - 1) * g->stride + g->kernel - g->padding);
  const int32_t right = source_from(g, (px + columns - 1) * g->stride + g->kernel - g->padding);
  return lines_of(x, winners, g->height, g->width, first, channels, top, bottom, left, right, lane);
}
