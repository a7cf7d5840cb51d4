// The dense input gradient of a convolution. With a stride, results whose places leave the same rests when divided by it read the same taps,
// and read their source without gaps; the other taps meet zeros there, and are passed over.
#pragma once
#include "convolution.h"

// Results at places rest, rest + stride, … along one side of the picture: result number u reads `taps` values, those from u + shift on, by every
// stride-th tap from `first` on.
typedef struct {
  int32_t rest, first, taps, shift, results;
} Residue;

INLINE Residue residue_of(const Geometry *g, int32_t length, int32_t rest) {
  Residue r = {.rest = rest, .results = rest < length ? (length - 1 - rest) / g->dilation + 1 : 0};
  while ((rest + r.first - g->padding) % g->dilation != 0) r.first++;
  r.taps = r.first < g->kernel ? (g->kernel - 1 - r.first) / g->dilation + 1 : 0;
  r.shift = (rest + r.first - g->padding) / g->dilation;
  return r;
}

// Results of the same two rests. taps: those that they read, in the order of the weights; weights: packed for them alone.
typedef struct {
  Residue rows, columns;
  int32_t count;
  const int32_t *taps;
  const float *weights;
} ResidueClass;

INLINE int reads_tap(const Geometry *g, const Residue *r, int32_t tap) { return tap >= r->first && (tap - r->first) % g->dilation == 0; }

// Which taps a class reads, and their weights as pack_weights orders them. Returns where the next class's begin.
INLINE float *prepare_class(const Convolution *m, ResidueClass *class, const float *weights, int32_t *taps, float *packed) {
  const int32_t k = m->geometry.kernel, all = m->geometry.channels;
  class->count = 0;
  class->taps = taps;
  class->weights = packed;
  for (int32_t t = 0; t < k * k; t++)
    if (reads_tap(&m->geometry, &class->rows, k - 1 - t / k) && reads_tap(&m->geometry, &class->columns, k - 1 - t % k))
      taps[class->count++] = t;
  for (int32_t first = 0, channels; first < all; first += channels) {
    channels = all - first < m->tile_channels ? all - first : m->tile_channels;
    for (int32_t row = 0, rows; row < m->rows; row += rows) {
      rows = rows_taken(m->rows - row);
      for (int32_t c = first; c < first + channels; c++)
        for (int32_t t = 0; t < class->count; t++)
          for (int32_t r = row; r < row + rows; r++) *packed++ = weights[r * m->row_stride + c * m->channel_stride + taps[t]];
    }
  }
  return packed;
}

// The tile of a class that begins at its result (row, column), for the patch's lanes.
INLINE void residue_tile(const Convolution *m, const ResidueClass *class, Patch *patch, const Sums *sums, int32_t row, int32_t column,
                         const Finish *finish, const float *x, float *y) {
  const Geometry *g = &m->geometry;
  const Geometry plain = {
      .channels = g->channels, .height = g->height, .width = g->width, .dilation = 1, .kernel = class->rows.taps, .stride = 1};
  start_rows(m, sums);
  if (class->count > 0) {
    patch->rows = patch->tile_rows + class->rows.taps - 1;
    patch->columns = sums->columns + class->columns.taps - 1;
    patch->group_size = (size_t)m->tile_channels * patch->rows * patch->columns * GROUP;
    patch->y = row + class->rows.shift;
    patch->x = column + class->columns.shift;
    for (int32_t c = 0, place = 0; c < m->tile_channels; c++)
      for (int32_t t = 0; t < class->count; t++, place++) {
        const int32_t i = (g->kernel - 1 - class->taps[t] / g->kernel - class->rows.first) / g->dilation;
        const int32_t j = (g->kernel - 1 - class->taps[t] % g->kernel - class->columns.first) / g->dilation;
        patch->offsets[place] = ((c * patch->rows + i) * patch->columns + j) * GROUP;
      }
    for (int32_t first = 0, channels; first < g->channels; first += channels) {
      channels = g->channels - first < m->tile_channels ? g->channels - first : m->tile_channels;
      fill_patch(&plain, patch, x, first, channels);
      const float *weights = class->weights + (size_t)first * m->rows * class->count;
      for (int group = 0; group < LANE_GROUPS; group++) {
        const float *values = patch->values + group * patch->group_size;
        for (int32_t q = 0, rows; q < m->rows; q += rows) {
          rows = rows_taken(m->rows - q);
          DenseRun *run = dense_run_of(rows);
          const float *of_rows = weights + (size_t)q * channels * class->count;
          for (int32_t r = 0; r < patch->tile_rows; r++)
            for (int32_t p = 0; p < patch->tile_columns; p += DENSE_PIXELS)
              run(of_rows, patch->offsets, channels * class->count, values + (size_t)(r * patch->columns + p) * GROUP,
                  sums->values + group * sums->group_size + q * sums->plane + (size_t)(r * sums->columns + p) * GROUP, sums->plane);
        }
      }
    }
  }
  for (int32_t q = 0; q < m->rows; q++)
    for (int32_t r = 0; r < patch->tile_rows; r++)
      for (int32_t p = 0; p < patch->tile_columns; p++) {
        const float *from = sums->values + q * sums->plane + (size_t)(r * sums->columns + p) * GROUP;
        const size_t at = result_position(g, q, class->rows.rest + (row + r) * g->dilation, class->columns.rest + (column + p) * g->dilation,
                                          patch->lane);
        UNROLL for (int group = 0; group < LANE_GROUPS; group++)
          UNROLL for (int v = 0; v < GROUP; v += WIDTH) {
            const size_t place = at + group * GROUP + v;
            store_or_stream(finish->streams, y + place, finished(finish, load(from + group * sums->group_size + v), place));
          }
      }
}

INLINE int32_t at_most(int32_t value, int32_t most) { return value < most ? value : most; }

// As convolve, but for the classes' tiles, which are as large as its own and lie `stride` times as far apart.
INLINE void convolve_by_residues(const Convolution *m, const ResidueClass *classes, const Finish *finish, Rows part, int32_t tile_rows,
                                 int32_t tile_columns, float *scratch, const float *x, float *y) {
  const Geometry *g = &m->geometry;
  const int32_t stride = g->dilation;
  Patch patch;
  Sums sums = {.values = lay_out_patch(&patch, g, tile_rows, tile_columns, m->tile_channels, scratch), .columns = tile_columns};
  sums.plane = (size_t)tile_rows * tile_columns * GROUP;
  sums.group_size = sums.plane * m->rows;
  for (int32_t row = part.first / stride; row * stride < part.end; row += tile_rows)
    for (int32_t column = 0; column * stride < g->out_width; column += tile_columns)
      for (patch.lane = 0; patch.lane < LANES; patch.lane += VIRTUAL_LANES)
        for (const ResidueClass *class = classes; class < classes + stride * stride; class++) {
          // Rows of the class within the part.
          const int32_t rest = class->rows.rest, first = row * stride + rest < part.first ? row + 1 : row;
          const int32_t end = part.end > rest ? (part.end - 1 - rest) / stride + 1 : 0;
          patch.tile_rows = at_most(end, row + tile_rows) - first;
          patch.tile_columns = at_most(class->columns.results - column, tile_columns);
          if (patch.tile_rows > 0 && patch.tile_columns > 0) residue_tile(m, class, &patch, &sums, first, column, finish, x, y);
        }
  if (finish->streams) end_of_stream();
}

// Larger strides, and those of a result that is pooled, are rare: they are convolved with zeros between what they read.
enum { MOST_STRIDE = 4, MOST_TAPS = 49 };

KERNEL void dense_convolution_input_gradient(const Context *c, const DenseConvolutionInputGradient *op) {
  const Geometry forward = PICTURE(op);
  Convolution m = {.geometry = backwards(&forward, op->outputs),
                   .rows = op->channels,
                   .row_stride = (size_t)op->kernel * op->kernel,
                   .channel_stride = (size_t)op->channels * op->kernel * op->kernel,
                   .tile_channels = op->tileChannels};
  const Rows part = rows_of(c, op->height);
  int32_t *winners = optional_ints_at(c, op->winners);
  const size_t source = kept_of(source_size(&m.geometry), winners);
  const float *gate = optional_floats_at(c, op->gate), *weights = floats_at(c, op->weights);
  float *packed = part_scratch(c, op->scratch, op->scratchWords), *scratch = packed + whole_lines(op->outputs * m.channel_stride);
  const int by_residues = !winners && op->stride > 1 && op->stride <= MOST_STRIDE && op->kernel * op->kernel <= MOST_TAPS;
  ResidueClass classes[MOST_STRIDE * MOST_STRIDE];
  int32_t taps[MOST_TAPS];
  m.weights = packed;
  m.source_winners = winners;
  if (by_residues) {
    for (int32_t k = 0, used = 0; k < op->stride * op->stride; used += classes[k++].count) {
      classes[k] = (ResidueClass){.rows = residue_of(&m.geometry, op->height, k / op->stride),
                                  .columns = residue_of(&m.geometry, op->width, k % op->stride)};
      packed = prepare_class(&m, classes + k, weights, taps + used, packed);
    }
  } else {
    pack_weights(&m, weights, packed);
  }
  for (int32_t b = 0; b < op->blocks; b++) {
    const size_t at = b * source_size(&forward);
    const Finish finish = {.gate = gate ? gate + at : 0, .streams = op->streams};
    const float *dy = floats_at(c, op->dy) + b * source;
    m.source_winners = winners_at(winners, b * source);
    float *dx = floats_at(c, op->dx) + at;
    if (by_residues)
      convolve_by_residues(&m, classes, &finish, part, op->tileRows, op->tileColumns, scratch, dy, dx);
    else
      convolve(1, &m, &finish, part, op->tileRows, op->tileColumns, scratch, dy, dx);
  }
}
