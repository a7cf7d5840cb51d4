// Weight and bias gradients of convolutions, and the optimizer's step. Sums over pictures and positions: see docs/arithmetic.md.
#pragma once
#include "convolution.h"

// Chains that are worked on together: of so many vectors; of a dense update OUTPUTS outputs and TAPS taps each.
enum { CHAINS = 8, TAPS = 3, ASKED_OF_STRIP = 4 };
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

// Sums of `taps` taps += their chains along each of `rows` rows of the strip, for a group of lanes. dy: the first row of the output's gradient,
// dy_row floats a row; x[t]: what tap t meets there, x_row floats a row; sums[t]: the tap's.
INLINE void add_rows(const int taps, const int rows, const float *dy, size_t dy_row, const float *const *x, size_t x_row, int32_t width,
                     float *const *sums) {
  Floats chain[CHAINS / VECTORS][VECTORS];
  UNROLL for (int t = 0; t < taps * rows; t++) UNROLL for (int v = 0; v < VECTORS; v++) chain[t][v] = zeros();
  for (int32_t q = 0; q < width * GROUP; q += GROUP)
    UNROLL for (int r = 0; r < rows; r++)
      UNROLL for (int v = 0; v < VECTORS; v++) {
        const Floats d = load(dy + r * dy_row + q + v * WIDTH);
        UNROLL for (int t = 0; t < taps; t++)
          chain[t * rows + r][v] = chain[t * rows + r][v] + d * load(x[t] + r * x_row + q + v * WIDTH);
      }
  UNROLL for (int t = 0; t < taps; t++)
    UNROLL for (int v = 0; v < VECTORS; v++) {
      Floats sum = load(sums[t] + v * WIDTH);
      UNROLL for (int r = 0; r < rows; r++) sum = sum + chain[t * rows + r][v];
      store(sums[t] + v * WIDTH, sum);
    }
}

// The pixels of a strip at which an output's gradient is not 0 in all lanes of a group: of row r the `count[r]` ones from at + r · width on,
// as floats from the row's first. Of a pooled gradient, which is 0 in three of four values at least, half of them are left.
typedef struct {
  int32_t *at, *count;
  int32_t width;
} PixelList;

INLINE void list_pixels(const PixelList *list, const float *dy, int32_t rows) {
  for (int32_t r = 0; r < rows; r++, dy += list->width * GROUP) {
    int32_t *at = list->at + r * list->width, count = 0;
    for (int32_t q = 0; q < list->width * GROUP; q += GROUP) {
      at[count] = q;
      count += any_in_group(dy + q);
    }
    list->count[r] = count;
  }
}

// The same chains of one row, along its listed pixels: what is left out is a product with 0.
INLINE void add_listed(const int taps, const float *dy, const float *const *x, const int32_t *at, int32_t count, float *const *sums) {
  Floats chain[CHAINS / VECTORS][VECTORS];
  UNROLL for (int t = 0; t < taps; t++) UNROLL for (int v = 0; v < VECTORS; v++) chain[t][v] = zeros();
  for (int32_t k = 0; k < count; k++) {
    const ptrdiff_t q = at[k];
    UNROLL for (int v = 0; v < VECTORS; v++) {
      const Floats d = load(dy + q + v * WIDTH);
      UNROLL for (int t = 0; t < taps; t++) chain[t][v] = chain[t][v] + d * load(x[t] + q + v * WIDTH);
    }
  }
  UNROLL for (int t = 0; t < taps; t++)
    UNROLL for (int v = 0; v < VECTORS; v++) store(sums[t] + v * WIDTH, load(sums[t] + v * WIDTH) + chain[t][v]);
}

// `taps` taps over all rows of a strip, as many rows at a time as there are registers for, or row by row along listed pixels.
INLINE void add_taps_of_strip(const int taps, const Geometry *g, const Patch *patch, const float *dy, const PixelList *list, const float *const *from,
                              float *const *sums) {
  enum { ALL = CHAINS / VECTORS };
  const int together = ALL / taps > 4 ? 4 : ALL / taps;
  const size_t x_row = (size_t)g->stride * patch->columns * GROUP, dy_row = (size_t)g->out_width * GROUP;
  const float *x[ALL];
  UNROLL for (int t = 0; t < taps; t++) x[t] = from[t];
  int32_t r = 0;
  // Few chains wait for each other's additions: other rows fill that time better than fewer pixels.
  if (list && taps > 2)
    for (; r < patch->tile_rows; r++) {
      add_listed(taps, dy + r * dy_row, x, list->at + r * list->width, list->count[r], sums);
      UNROLL for (int t = 0; t < taps; t++) x[t] += x_row;
    }
  for (; r + together <= patch->tile_rows; r += together) {
    add_rows(taps, together, dy + r * dy_row, dy_row, x, x_row, g->out_width, sums);
    UNROLL for (int t = 0; t < taps; t++) x[t] += together * x_row;
  }
  for (; r < patch->tile_rows; r++) {
    add_rows(taps, 1, dy + r * dy_row, dy_row, x, x_row, g->out_width, sums);
    UNROLL for (int t = 0; t < taps; t++) x[t] += x_row;
  }
}

// `count` taps of one output over the rows of a strip, for a group of lanes. index: their places within the chunk, or null for all of it; list: null
// unless there is a list; sums (count, 16).
INLINE void add_output_of_strip(const Geometry *g, const Patch *patch, const float *values, const float *dy, const PixelList *list,
                                const uint16_t *index, int32_t count, float *sums, Lines *lines) {
  enum { MOST = CHAINS / VECTORS };
  for (int32_t k = 0; k < count;) {
    const int32_t left = count - k, taken = left >= MOST ? MOST : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    const float *x[MOST];
    float *to[MOST];
    for (int32_t t = 0; t < taken; t++) {
      x[t] = values + patch->offsets[index ? index[k + t] : k + t];
      to[t] = sums + (size_t)(k + t) * VIRTUAL_LANES;
    }
    if (lines) ask_for_lines(lines, ASKED_OF_STRIP);
    if (taken == MOST) add_taps_of_strip(MOST, g, patch, dy, list, x, to);
#if WIDTH >= 8
    else if (taken == 4)
      add_taps_of_strip(4, g, patch, dy, list, x, to);
#endif
    else if (taken == 2)
      add_taps_of_strip(2, g, patch, dy, list, x, to);
    else
      add_taps_of_strip(1, g, patch, dy, list, x, to);
    k += taken;
  }
}

// `taps` taps of `outputs` outputs along one row. dy: `dy_output` floats an output; x[t] as above; sums: `sums_output` floats an output, 16
// a tap.
INLINE void add_block(const int outputs, const int taps, const float *dy, size_t dy_output, const float *const *x, int32_t width,
                      float *sums, size_t sums_output) {
  Floats chain[OUTPUTS][TAPS][VECTORS];
  const float *x0 = x[0], *x1 = x[taps > 1 ? 1 : 0], *x2 = x[taps > 2 ? 2 : 0];
  // A chain starts with its first product in place of +0 plus that: a −0 differs from +0 in no sum, as what it is added to last is never −0.
  UNROLL for (int v = 0; v < VECTORS; v++)
    UNROLL for (int o = 0; o < outputs; o++) {
      const Floats d = load(dy + o * dy_output + v * WIDTH);
      UNROLL for (int t = 0; t < taps; t++) chain[o][t][v] = d * load((t == 0 ? x0 : t == 1 ? x1 : x2) + v * WIDTH);
    }
  for (int32_t q = GROUP; q < width * GROUP; q += GROUP)
    UNROLL for (int v = 0; v < VECTORS; v++) {
      Floats lanes[TAPS];
      UNROLL for (int t = 0; t < taps; t++) lanes[t] = load((t == 0 ? x0 : t == 1 ? x1 : x2) + q + v * WIDTH);
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
  // In scratch, behind the patch: (LANE_GROUPS, OUTPUTS, strip, GROUP) of dy, whose group is group_size floats, room for a list, and the sums.
  float *strip, *sums;
  size_t strip_size, group_size;
  PixelList list;
} PictureUpdate;

// One block, 16 lanes and strip of a chunk after the other, in the order of the contract; the statement adds what a strip gives.
#define FOR_EACH_STRIP(u, patch, first, channels, ...)                                                                    \
  for (int32_t b = 0; b < (u)->blocks; b++)                                                                              \
    for ((patch)->lane = 0; (patch)->lane < LANES; (patch)->lane += VIRTUAL_LANES)                                       \
      for ((patch)->y = 0; (patch)->y < (u)->geometry.out_height; (patch)->y += (u)->strip_rows) {                       \
        const int32_t left = (u)->geometry.out_height - (patch)->y;                                                      \
        const size_t result = kept_of(b * (u)->outputs * result_size(&(u)->geometry), (u)->winners);                     \
        const float *dy = (u)->dy + result;                                                                              \
        const int32_t *winners = winners_at((u)->winners, result);                                                       \
        (patch)->tile_rows = left < (u)->strip_rows ? left : (u)->strip_rows;                                            \
        fill_patch(&(u)->geometry, patch, (u)->x + b * source_size(&(u)->geometry), first, channels);                    \
        __VA_ARGS__                                                                                                      \
      }

INLINE void clear(float *values, size_t count) {
  for (size_t k = 0; k < count; k += WIDTH) store(values + k, zeros());
}

INLINE Patch strip_patch(PictureUpdate *u, int32_t channels, float *scratch) {
  const Geometry *g = &u->geometry;
  Patch patch;
  u->strip = lay_out_patch(&patch, g, u->strip_rows, g->out_width, channels, scratch);
  u->strip_size = (size_t)u->strip_rows * g->out_width * GROUP;
  u->group_size = OUTPUTS * u->strip_size;
  int32_t *list = (int32_t *)(u->strip + LANE_GROUPS * u->group_size);
  u->list = (PixelList){.at = list, .count = list + u->strip_rows * g->out_width, .width = g->out_width};
  u->sums = (float *)(list + whole_lines((size_t)u->strip_rows * (g->out_width + 1)));
  patch.x = 0;
  patch.winners = 0;
  patch.tile_columns = g->out_width;
  return patch;
}

// What the next outputs' strips of dy are copied from, or the first outputs' when the next strip begins; of a pooled dy nothing is asked for.
INLINE Lines next_outputs(const PictureUpdate *u, const Patch *patch, const Rows *part, int32_t output, const float *dy) {
  const Geometry *g = &u->geometry;
  const int ends = output >= part->end;
  const int32_t first = ends ? part->first : output;
  int32_t lane = patch->lane, y = ends ? patch->y + u->strip_rows : patch->y;
  if (y >= g->out_height) {
    y = 0;
    lane += VIRTUAL_LANES;
  }
  if (u->winners || lane == LANES) return (Lines){.left = 0};
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
INLINE void add_output(const PictureUpdate *u, const Patch *patch, const uint16_t *index, int32_t count, float *sums, Lines *lines) {
  for (int group = 0; group < LANE_GROUPS; group++, sums += GROUP) {
    const float *values = patch->values + group * patch->group_size, *strip = u->strip + group * u->group_size;
    if (u->winners) {
      list_pixels(&u->list, strip, patch->tile_rows);
      add_output_of_strip(&u->geometry, patch, values, strip, &u->list, index, count, sums, lines);
    } else {
      add_output_of_strip(&u->geometry, patch, values, strip, 0, index, count, sums, lines);
    }
  }
}

KERNEL int dense_convolution_update(const Context *c, const DenseConvolutionUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const Stateful layer = stateful_at(c, op->weights, op->first, op->second);
  PictureUpdate u = {.geometry = PICTURE(op),
                     .outputs = op->outputs,
                     .blocks = op->blocks,
                     .strip_rows = op->tileRows,
                     .x = floats_at(c, op->x),
                     .dy = floats_at(c, op->dy),
                     .winners = optional_ints_at(c, op->winners)};
  Patch patch = strip_patch(&u, op->tileChannels, part_scratch(c, op->scratch, op->scratchWords));
  const int32_t taps = op->kernel * op->kernel;
  const Rows part = rows_of(c, op->outputs);
  Floats check = zeros();
  for (int32_t first = 0; first < op->channels; first += op->tileChannels) {
    const int32_t channels = op->channels - first < op->tileChannels ? op->channels - first : op->tileChannels;
    const int32_t count = channels * taps;
    clear(u.sums, (size_t)(part.end - part.first) * count * VIRTUAL_LANES);
    FOR_EACH_STRIP(&u, &patch, first, channels, {
      Lines x_lines = next_strip(&u, &patch, u.x + b * source_size(&u.geometry), first, channels);
      for (int32_t o = part.first, taken; o < part.end; o += taken) {
        float *sums = u.sums + (size_t)(o - part.first) * count * VIRTUAL_LANES;
        if (winners && LISTS_OF_DENSE) {
          taken = 1;
          copy_strip(&u.geometry, &patch, dy, winners, o, o + 1 < part.end ? o + 1 : part.first, u.strip, u.group_size);
          add_output(&u, &patch, 0, count, sums, &x_lines);
          continue;
        }
        taken = part.end - o < OUTPUTS ? 1 : OUTPUTS;
        for (int32_t j = 0; j < taken; j++) copy_strip(&u.geometry, &patch, dy, winners, o + j, o + j + 1, u.strip + j * u.strip_size, u.group_size);
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

KERNEL int compressed_convolution_update(const Context *c, const CompressedConvolutionUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const Stateful layer = stateful_at(c, op->values, op->first, op->second);
  PictureUpdate u = {.geometry = PICTURE(op),
                     .outputs = op->outputs,
                     .blocks = op->blocks,
                     .strip_rows = op->tileRows,
                     .x = floats_at(c, op->x),
                     .dy = floats_at(c, op->dy),
                     .winners = optional_ints_at(c, op->winners)};
  const Chunk *chunks = (const Chunk *)ints_at(c, op->chunks);
  const Segment *segments = (const Segment *)ints_at(c, op->segments);
  const uint16_t *indices = (const uint16_t *)ints_at(c, op->indices);
  const int32_t taps = op->kernel * op->kernel;
  Patch patch = strip_patch(&u, op->chunkCount > 1 ? chunks[1].first_feature / taps : op->channels,
                            part_scratch(c, op->scratch, op->scratchWords));
  const Rows part = rows_of(c, op->outputs);
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
        if (!has_row(part, s->row)) continue;
        copy_strip(&u.geometry, &patch, dy, winners, s->row, segments[q + 1 < end ? q + 1 : begin].row, u.strip, u.group_size);
        add_output(&u, &patch, indices + s->start, s->count, u.sums + (size_t)(s->start - start) * VIRTUAL_LANES, 0);
      }
    })
    // Segments that follow each other are spent together.
    for (int32_t q = begin, next; q < end; q = next) {
      next = q + 1;
      if (!has_row(part, segments[q].row)) continue;
      while (next < end && has_row(part, segments[next].row)) next++;
      const int32_t at = segments[q].start, behind = segments[next - 1].start + segments[next - 1].count;
      check = check + spend_sums(&optimizer, &layer, u.sums + (size_t)(at - start) * VIRTUAL_LANES, at, behind - at);
    }
  }
  return all_finite(check);
}
