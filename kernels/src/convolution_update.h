// Weight and bias gradients of convolutions, and the optimizer's step. Sums over pictures and positions: see docs/arithmetic.md.
#pragma once
#include "convolution.h"

// Taps whose chains are worked on together.
#if WIDTH == 4
enum { TAPS = 2 };
#elif WIDTH == 8
enum { TAPS = 4 };
#else
enum { TAPS = 8 };
#endif

// The sums of 16 lanes → gradients → the optimizer, for values `at` … at + count − 1. Returns what optimize returns.
INLINE Floats spend_sums(const Optimizer *optimizer, const Stateful *layer, const float *sums, size_t at, int32_t count) {
  enum { PIECE = 64 };
  float folded[PIECE * WIDTH] __attribute__((aligned(64))), gradient[PIECE + WIDTH];
  Floats check = zeros();
  for (int32_t k = 0; k < count; k += PIECE) {
    const int32_t taken = count - k < PIECE ? count - k : PIECE;
    for (int32_t j = 0; j < taken; j++) {
      Floats part[PARTS];
      UNROLL for (int p = 0; p < PARTS; p++) part[p] = load(sums + (size_t)(k + j) * VIRTUAL_LANES + p * WIDTH);
      store(folded + j * WIDTH, fold_parts(part));
    }
    for (int32_t j = taken; j % WIDTH != 0; j++) store(folded + j * WIDTH, zeros());
    reduce_folded(folded, taken, gradient);
    check = check + optimize(optimizer, gradient, layer, at + k, taken);
  }
  return check;
}

// sums of `taps` taps += their chains along one row: dy (width, 16), x[t] (width, 16).
INLINE void add_row(const int taps, const float *dy, const float *const *x, int32_t width, float *const *sums) {
  Floats chain[TAPS][PARTS];
  UNROLL for (int t = 0; t < taps; t++) UNROLL for (int p = 0; p < PARTS; p++) chain[t][p] = zeros();
  for (int32_t q = 0; q < width * VIRTUAL_LANES; q += VIRTUAL_LANES) {
    Floats d[PARTS];
    UNROLL for (int p = 0; p < PARTS; p++) d[p] = load(dy + q + p * WIDTH);
    UNROLL for (int t = 0; t < taps; t++) UNROLL for (int p = 0; p < PARTS; p++)
      chain[t][p] = chain[t][p] + d[p] * load(x[t] + q + p * WIDTH);
  }
  UNROLL for (int t = 0; t < taps; t++) UNROLL for (int p = 0; p < PARTS; p++)
    store(sums[t] + p * WIDTH, load(sums[t] + p * WIDTH) + chain[t][p]);
}

// One output's taps over the rows of a strip. index: places within the chunk, or null for 0, 1, 2, …; sums (count, 16).
INLINE void add_strip(const Geometry *g, const Patch *patch, const float *dy, const uint16_t *index, int32_t count, float *sums) {
  const size_t step = (size_t)g->stride * patch->columns * VIRTUAL_LANES;
  for (int32_t k = 0; k < count; k += TAPS) {
    const float *x[TAPS];
    float *to[TAPS], unused[VIRTUAL_LANES] __attribute__((aligned(64))) = {0};
    for (int t = 0; t < TAPS; t++) {
      const int32_t tap = k + t < count ? k + t : count - 1;
      x[t] = patch->values + patch->offsets[index ? index[tap] : tap];
      to[t] = k + t < count ? sums + (size_t)tap * VIRTUAL_LANES : unused;
    }
    for (int32_t r = 0; r < patch->tile_rows; r++) {
      const float *row = dy + (size_t)r * g->out_width * VIRTUAL_LANES;
      if (count - k == 1)
        add_row(1, row, x, g->out_width, to);
      else
        add_row(TAPS, row, x, g->out_width, to);
      UNROLL for (int t = 0; t < TAPS; t++) x[t] += step;
    }
  }
}

// The strip's rows of one output's gradient, 16 lanes side by side.
INLINE void copy_strip(const Geometry *g, const Patch *patch, const float *dy, int32_t output, float *to) {
  const float *from = dy + result_position(g, output, patch->y, 0, patch->lane);
  for (int32_t p = 0; p < patch->tile_rows * g->out_width; p++, from += LANES, to += VIRTUAL_LANES)
    UNROLL for (int v = 0; v < VIRTUAL_LANES; v += WIDTH) store(to + v, load(from + v));
}

// What an update works on.
typedef struct {
  Geometry geometry;
  int32_t outputs, blocks, strip_rows;
  const float *x, *dy;
  float *strip, *sums; // in scratch, behind the patch
} PictureUpdate;

// One block, 16 lanes and strip of a chunk after the other, in the order of the contract; `EACH` adds what a strip gives.
#define FOR_EACH_STRIP(u, patch, first, channels, EACH)                                                                   \
  for (int32_t b = 0; b < (u)->blocks; b++)                                                                              \
    for ((patch)->lane = 0; (patch)->lane < LANES; (patch)->lane += VIRTUAL_LANES)                                       \
      for ((patch)->y = 0; (patch)->y < (u)->geometry.out_height; (patch)->y += (u)->strip_rows) {                       \
        const int32_t left = (u)->geometry.out_height - (patch)->y;                                                      \
        const float *dy = (u)->dy + b * (u)->outputs * result_size(&(u)->geometry);                                      \
        (patch)->tile_rows = left < (u)->strip_rows ? left : (u)->strip_rows;                                            \
        fill_patch(&(u)->geometry, patch, (u)->x + b * source_size(&(u)->geometry), first, channels);                    \
        EACH                                                                                                             \
      }

INLINE void clear(float *values, size_t count) {
  for (size_t k = 0; k < count; k += WIDTH) store(values + k, zeros());
}

INLINE Patch strip_patch(PictureUpdate *u, int32_t channels, float *scratch) {
  const Geometry *g = &u->geometry;
  Patch patch = patch_in(g, u->strip_rows, g->out_width, channels, scratch);
  patch.x = 0;
  patch.tile_columns = g->out_width;
  u->strip = patch.values + (size_t)channels * patch.rows * patch.columns * VIRTUAL_LANES;
  u->sums = u->strip + (size_t)u->strip_rows * g->out_width * VIRTUAL_LANES;
  return patch;
}

KERNEL int dense_convolution_update(const Context *c, const DenseConvolutionUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const Stateful layer = {.values = floats_at(c, op->weights),
                          .first = optional_floats_at(c, op->first),
                          .second = optional_floats_at(c, op->second)};
  PictureUpdate u = {.geometry = PICTURE(op),
                     .outputs = op->outputs,
                     .blocks = op->blocks,
                     .strip_rows = op->tileRows,
                     .x = floats_at(c, op->x),
                     .dy = floats_at(c, op->dy)};
  Patch patch = strip_patch(&u, op->tileChannels, floats_at(c, op->scratch));
  const int32_t taps = op->kernel * op->kernel;
  Floats check = zeros();
  for (int32_t first = 0; first < op->channels; first += op->tileChannels) {
    const int32_t channels = op->channels - first < op->tileChannels ? op->channels - first : op->tileChannels;
    const int32_t count = channels * taps;
    clear(u.sums, (size_t)op->outputs * count * VIRTUAL_LANES);
    FOR_EACH_STRIP(&u, &patch, first, channels, {
      for (int32_t o = 0; o < op->outputs; o++) {
        copy_strip(&u.geometry, &patch, dy, o, u.strip);
        add_strip(&u.geometry, &patch, u.strip, 0, count, u.sums + (size_t)o * count * VIRTUAL_LANES);
      }
    })
    for (int32_t o = 0; o < op->outputs; o++) {
      const size_t at = ((size_t)o * op->channels + first) * taps;
      check = check + spend_sums(&optimizer, &layer, u.sums + (size_t)o * count * VIRTUAL_LANES, at, count);
    }
  }
  return all_finite(check);
}

KERNEL int compressed_convolution_update(const Context *c, const CompressedConvolutionUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const Stateful layer = {.values = floats_at(c, op->values),
                          .first = optional_floats_at(c, op->first),
                          .second = optional_floats_at(c, op->second)};
  PictureUpdate u = {.geometry = PICTURE(op),
                     .outputs = op->outputs,
                     .blocks = op->blocks,
                     .strip_rows = op->tileRows,
                     .x = floats_at(c, op->x),
                     .dy = floats_at(c, op->dy)};
  const Chunk *chunks = (const Chunk *)ints_at(c, op->chunks);
  const Segment *segments = (const Segment *)ints_at(c, op->segments);
  const uint16_t *indices = (const uint16_t *)ints_at(c, op->indices);
  const int32_t taps = op->kernel * op->kernel;
  Patch patch = strip_patch(&u, op->chunkCount > 1 ? chunks[1].first_feature / taps : op->channels, floats_at(c, op->scratch));
  Floats check = zeros();
  for (int32_t chunk = 0; chunk < op->chunkCount; chunk++) {
    const int32_t begin = chunks[chunk].first_segment, end = chunks[chunk + 1].first_segment;
    if (begin == end) continue;
    const int32_t first = chunks[chunk].first_feature / taps, channels = chunks[chunk + 1].first_feature / taps - first;
    const int32_t start = segments[begin].start, count = segments[end - 1].start + segments[end - 1].count - start;
    clear(u.sums, (size_t)count * VIRTUAL_LANES);
    FOR_EACH_STRIP(&u, &patch, first, channels, {
      for (int32_t q = begin; q < end; q++) {
        const Segment *s = segments + q;
        copy_strip(&u.geometry, &patch, dy, s->row, u.strip);
        add_strip(&u.geometry, &patch, u.strip, indices + s->start, s->count, u.sums + (size_t)(s->start - start) * VIRTUAL_LANES);
      }
    })
    check = check + spend_sums(&optimizer, &layer, u.sums, start, count);
  }
  return all_finite(check);
}

// biases, first, second (outputs). dy (blocks, outputs, height, width, LANES). Weight decay is not applied.
KERNEL int convolution_bias_update(const Context *c, const ConvolutionBiasUpdate *op) {
  Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  optimizer.decays = 0;
  const Stateful layer = {.values = floats_at(c, op->biases),
                          .first = optional_floats_at(c, op->first),
                          .second = optional_floats_at(c, op->second)};
  const size_t plane = (size_t)op->height * op->width * LANES;
  Floats check = zeros();
  for (int32_t o = 0; o < op->outputs; o++) {
    Floats sum[PARTS];
    UNROLL for (int p = 0; p < PARTS; p++) sum[p] = zeros();
    for (int32_t b = 0; b < op->blocks; b++)
      for (int lane = 0; lane < LANES; lane += VIRTUAL_LANES) {
        const float *dy = floats_at(c, op->dy) + ((size_t)b * op->outputs + o) * plane + lane;
        for (int32_t row = 0; row < op->height; row++) {
          Floats chain[PARTS];
          UNROLL for (int p = 0; p < PARTS; p++) chain[p] = zeros();
          for (int32_t q = 0; q < op->width; q++, dy += LANES)
            UNROLL for (int p = 0; p < PARTS; p++) chain[p] = chain[p] + load(dy + p * WIDTH);
          UNROLL for (int p = 0; p < PARTS; p++) sum[p] = sum[p] + chain[p];
        }
      }
    const float gradient[WIDTH] = {total(sum)};
    check = check + optimize(&optimizer, gradient, &layer, o, 1);
  }
  return all_finite(check);
}
