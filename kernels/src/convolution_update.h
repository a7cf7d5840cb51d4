// Weight and bias gradients of convolutions, and the optimizer's step. Sums over pictures and positions: see docs/arithmetic.md.
#pragma once
#include "chains.h"
#include "convolution.h"

// Taps of so many outputs whose chains a dense update works on together.
enum { TAPS = WIDTH == 16 ? 4 : 3 };
#if WIDTH >= 8 || defined(__aarch64__)
enum { OUTPUTS = 4 };
#else
enum { OUTPUTS = 2 };
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

// `taps` taps of `outputs` outputs along one row. dy: `dy_output` floats an output; x[t] as above; sums: `sums_output` floats an output, 16
// a tap.
INLINE void add_block(const int outputs, const int taps, const float *dy, size_t dy_output, const float *const *x, int32_t width,
                      float *sums, size_t sums_output) {
  Floats chain[OUTPUTS][TAPS][VECTORS];
  // A chain starts with its first product in place of +0 plus that: a −0 differs from +0 in no sum, as what it is added to last is never −0.
  UNROLL for (int v = 0; v < VECTORS; v++)
    UNROLL for (int o = 0; o < outputs; o++) {
      const Floats d = load(dy + o * dy_output + v * WIDTH);
      UNROLL for (int t = 0; t < taps; t++) chain[o][t][v] = d * load(x[t] + v * WIDTH);
    }
  for (int32_t q = GROUP; q < width * GROUP; q += GROUP)
    UNROLL for (int v = 0; v < VECTORS; v++) {
      Floats lanes[TAPS];
      UNROLL for (int t = 0; t < taps; t++) lanes[t] = load(x[t] + q + v * WIDTH);
      UNROLL for (int o = 0; o < outputs; o++) {
        const Floats d = load(dy + o * dy_output + q + v * WIDTH);
        UNROLL for (int t = 0; t < taps; t++) chain[o][t][v] = chain[o][t][v] + d * lanes[t];
      }
    }
  UNROLL for (int o = 0; o < outputs; o++)
    UNROLL for (int t = 0; t < taps; t++)
      UNROLL for (int v = 0; v < VECTORS; v++) {
        float *sum = sums + o * sums_output + t * VIRTUAL_LANES + v * WIDTH;
        store(sum, load(sum) + chain[o][t][v]);
      }
}

// Every tap of `outputs` outputs over the rows of a strip, for a group of lanes. sums (outputs, count, 16).
INLINE void add_all_of_strip(const int outputs, const Geometry *g, const Patch *patch, const float *values, const float *dy,
                             size_t dy_output, int32_t count, float *sums, Lines *x_lines, Lines *dy_lines) {
  const size_t x_row = (size_t)g->stride * patch->columns * GROUP, dy_row = (size_t)g->out_width * GROUP;
  const size_t sums_output = (size_t)count * VIRTUAL_LANES;
  int32_t k = 0;
  for (; k + TAPS <= count; k += TAPS) {
    const float *x[TAPS];
    UNROLL for (int t = 0; t < TAPS; t++) x[t] = values + patch->offsets[k + t];
    for (int32_t r = 0; r < patch->tile_rows; r++) {
      ask_for_lines(dy_lines, ASKED_OF_STRIP);
      ask_for_lines(x_lines, ASKED_OF_STRIP);
      add_block(outputs, TAPS, dy + r * dy_row, dy_output, x, g->out_width, sums + k * VIRTUAL_LANES, sums_output);
      UNROLL for (int t = 0; t < TAPS; t++) x[t] += x_row;
    }
  }
  for (; k < count; k++) {
    const float *x = values + patch->offsets[k];
    for (int32_t r = 0; r < patch->tile_rows; r++, x += x_row)
      add_block(outputs, 1, dy + r * dy_row, dy_output, &x, g->out_width, sums + k * VIRTUAL_LANES, sums_output);
  }
}

// The strip's rows of one output's gradient, group by group. Those of output `next` are copied after them.
INLINE void copy_strip(const Geometry *g, const Patch *patch, const float *dy, const int32_t *winners, int32_t output, int32_t next, float *to,
                       size_t group_size) {
  for (int32_t r = 0; r < patch->tile_rows; r++, to += g->out_width * GROUP) {
    const SourceRow from = source_row(dy, winners, output, next, patch->y + r, g->out_height, g->out_width);
    copy_pixels(&from, 0, g->out_width, patch->lane, to, group_size);
  }
}

// What an update works on.
typedef struct {
  Geometry geometry;
  int32_t outputs, blocks, strip_rows;
  const float *x, *dy;
  int32_t *winners; // of dy, if it is pooled; else null
  // In scratch, behind the patch: (LANE_GROUPS, OUTPUTS, strip, GROUP) of dy, whose group is group_size floats, which of one output's pixels are lit, and
  // the sums.
  float *strip, *sums;
  size_t strip_size, group_size;
  uint64_t *lit;
} PictureUpdate;

// What an instruction says of it.
#define PICTURE_UPDATE(c, op)                             \
  ((PictureUpdate){.geometry = PICTURE(op),               \
                   .outputs = (op)->outputs,              \
                   .blocks = (op)->blocks,                \
                   .strip_rows = (op)->tileRows,          \
                   .x = floats_at(c, (op)->x),            \
                   .dy = floats_at(c, (op)->dy),          \
                   .winners = optional_ints_at(c, (op)->winners)})

// One block, 16 lanes and strip after the other, in the order of the contract; the statement adds what a strip gives.
#define FOR_EACH_STRIP(u, patch, ...)                                                                                     \
  for (int32_t b = 0; b < (u)->blocks; b++)                                                                              \
    for ((patch)->lane = 0; (patch)->lane < LANES; (patch)->lane += VIRTUAL_LANES)                                       \
      for ((patch)->y = 0; (patch)->y < (u)->geometry.out_height; (patch)->y += (u)->strip_rows) {                       \
        const int32_t left = (u)->geometry.out_height - (patch)->y;                                                      \
        const size_t result = kept_of(b * (u)->outputs * result_size(&(u)->geometry), (u)->winners);                     \
        const float *dy = (u)->dy + result;                                                                              \
        const int32_t *winners = winners_at((u)->winners, result);                                                       \
        (patch)->tile_rows = left < (u)->strip_rows ? left : (u)->strip_rows;                                            \
        __VA_ARGS__                                                                                                      \
      }

INLINE void clear(float *values, size_t count) {
  for (size_t k = 0; k < count; k += WIDTH) store(values + k, zeros());
}

// A patch for strips of whole rows. u->strip is where scratch goes on.
INLINE Patch strip_patch(PictureUpdate *u, int32_t channels, float *scratch) {
  const Geometry *g = &u->geometry;
  Patch patch;
  u->strip = lay_out_patch(&patch, g, u->strip_rows, g->out_width, channels, scratch);
  patch.x = 0;
  patch.winners = 0;
  patch.tile_columns = g->out_width;
  return patch;
}

// The strips of some outputs, behind the patch, and the rest of a dense update's scratch.
INLINE void lay_out_outputs(PictureUpdate *u) {
  u->strip_size = (size_t)u->strip_rows * u->geometry.out_width * GROUP;
  u->group_size = OUTPUTS * u->strip_size;
  u->lit = (uint64_t *)(u->strip + LANE_GROUPS * u->group_size);
  u->sums = (float *)u->lit + whole_lines(2 * (size_t)u->strip_rows * lit_words(u->geometry.out_width));
}

// What the next outputs' strips of dy are copied from, or the first outputs' when the next strip begins. dy is not pooled.
INLINE Lines next_outputs(const PictureUpdate *u, const Patch *patch, const Rows *part, int32_t output, const float *dy) {
  const Geometry *g = &u->geometry;
  const int ends = output >= part->end;
  const int32_t first = ends ? part->first : output;
  int32_t lane = patch->lane, y = ends ? patch->y + u->strip_rows : patch->y;
  if (y >= g->out_height) {
    y = 0;
    lane += VIRTUAL_LANES;
  }
  if (lane == LANES) return (Lines){.left = 0};
  const int32_t outputs = part->end - first < OUTPUTS ? part->end - first : OUTPUTS;
  return lines_of(dy, 0, g->out_height, g->out_width, first, outputs, y, y + u->strip_rows, 0, g->out_width, lane);
}

// What the next strip's patch is copied from, but for the rows that this one has too.
INLINE Lines next_strip(const PictureUpdate *u, const Patch *patch, const float *x, int32_t first, int32_t channels) {
  const Geometry *g = &u->geometry;
  const int wraps = patch->y + u->strip_rows >= g->out_height;
  const int32_t lane = patch->lane + (wraps ? VIRTUAL_LANES : 0), next = wraps ? 0 : patch->y + u->strip_rows;
  int32_t begin = wraps ? 0 : (next - 1) * g->stride + g->kernel - g->padding;
  int32_t end = (next + u->strip_rows - 1) * g->stride + g->kernel - g->padding;
  if (lane == LANES) return (Lines){.left = 0};
  return lines_of(x, 0, g->height, g->width, first, channels, begin < 0 ? 0 : begin, end, 0, g->width, lane);
}

// `count` taps of the output whose strip was copied to place 0. sums: of the first group.
INLINE void add_output(const PictureUpdate *u, const Patch *patch, int32_t count, float *sums, Lines *lines) {
  for (int group = 0; group < LANE_GROUPS; group++, sums += GROUP) {
    const float *values = patch->values + group * patch->group_size, *strip = u->strip + group * u->group_size;
    const ChainRows rows = chain_rows(&u->geometry, patch, strip, u->lit);
    light_rows(&rows);
    add_output_chains(&rows, patch, values, 0, count, sums, lines);
  }
}

KERNEL int dense_convolution_update(const Context *c, const DenseConvolutionUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const Stateful layer = stateful_at(c, op->weights, op->first, op->second);
  PictureUpdate u = PICTURE_UPDATE(c, op);
  Patch patch = strip_patch(&u, op->tileChannels, part_scratch(c, op->scratch, op->scratchWords));
  lay_out_outputs(&u);
  const int32_t taps = op->kernel * op->kernel;
  const Rows part = rows_of(c, op->outputs);
  Floats check = zeros();
  for (int32_t first = 0; first < op->channels; first += op->tileChannels) {
    const int32_t channels = op->channels - first < op->tileChannels ? op->channels - first : op->tileChannels;
    const int32_t count = channels * taps;
    clear(u.sums, (size_t)(part.end - part.first) * count * VIRTUAL_LANES);
    FOR_EACH_STRIP(&u, &patch, {
      fill_patch(&u.geometry, &patch, u.x + b * source_size(&u.geometry), first, channels);
      Lines x_lines = next_strip(&u, &patch, u.x + b * source_size(&u.geometry), first, channels);
      for (int32_t o = part.first, taken; o < part.end; o += taken) {
        float *sums = u.sums + (size_t)(o - part.first) * count * VIRTUAL_LANES;
        if (winners) {
          taken = 1;
          copy_strip(&u.geometry, &patch, dy, winners, o, o + 1 < part.end ? o + 1 : part.first, u.strip, u.group_size);
          add_output(&u, &patch, count, sums, &x_lines);
          continue;
        }
        taken = part.end - o < OUTPUTS ? 1 : OUTPUTS;
        for (int32_t j = 0; j < taken; j++) copy_strip(&u.geometry, &patch, dy, 0, o + j, o + j + 1, u.strip + j * u.strip_size, u.group_size);
        Lines dy_lines = next_outputs(&u, &patch, &part, o + taken, dy);
        for (int group = 0; group < LANE_GROUPS; group++) {
          const float *values = patch.values + group * patch.group_size, *strip = u.strip + group * u.group_size;
          if (taken == OUTPUTS)
            add_all_of_strip(OUTPUTS, &u.geometry, &patch, values, strip, u.strip_size, count, sums + group * GROUP, &x_lines, &dy_lines);
          else
            add_all_of_strip(1, &u.geometry, &patch, values, strip, u.strip_size, count, sums + group * GROUP, &x_lines, &dy_lines);
        }
      }
    })
    for (int32_t o = part.first; o < part.end; o++) {
      const size_t at = ((size_t)o * op->channels + first) * taps;
      check = check + spend_sums(&optimizer, &layer, u.sums + (size_t)(o - part.first) * count * VIRTUAL_LANES, at, count);
    }
  }
  return all_finite(check);
}
