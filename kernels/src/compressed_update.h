// Weight gradients of convolutions at the survivors of a compressed form, and the optimizer's step.
#pragma once
#include "convolution_update.h"

// Floats of a patch that are taken together, about what a first-level cache holds (where there is AVX-512 a little more: longer calls are worth it), and an
// output's taps that are worth a call.
enum { FITTING_FLOATS = (WIDTH == 16 ? 14 : 7) * 1024, WORTHWHILE_TAPS = 5 };

// What survivors meet in a strip, in scratch: the gradients of all outputs of a part, and which of their pixels are lit.
typedef struct {
  float *values; // (LANE_GROUPS, outputs, size)
  uint64_t *lit; // (LANE_GROUPS, outputs, lit_size)
  size_t size, lit_size;
  int32_t *from, *end; // (segments of a chunk): survivors in the channels at hand
} Strips;

// Returns where scratch goes on.
INLINE float *lay_out_strips(Strips *strips, const PictureUpdate *u, float *scratch) {
  const size_t outputs = u->outputs, rows = u->strip_rows, pixels = rows * u->geometry.out_width;
  *strips = (Strips){.values = scratch, .size = pixels * GROUP, .lit_size = rows * lit_words(u->geometry.out_width)};
  strips->lit = (uint64_t *)(scratch + outputs * pixels * VIRTUAL_LANES);
  strips->from = (int32_t *)(strips->lit + LANE_GROUPS * outputs * strips->lit_size);
  strips->end = strips->from + outputs;
  return (float *)strips->lit + whole_lines(2 * outputs * (LANE_GROUPS * strips->lit_size + 1));
}

// The rows of an output's strip, for a group of lanes.
INLINE ChainRows rows_of_strip(const PictureUpdate *u, const Patch *patch, const Strips *strips, int32_t output, int group) {
  const size_t strip = (size_t)group * u->outputs + output;
  return chain_rows(&u->geometry, patch, strips->values + strip * strips->size, u->winners ? strips->lit + strip * strips->lit_size : 0);
}

// A chunk's segments and survivors, and how many of its channels are taken together. sums: survivor number `start`'s and those behind it.
typedef struct {
  const Segment *segments;
  const uint16_t *indices;
  int32_t count, channels, together;
  int32_t start;
  float *sums;
} ChunkOfUpdate;

// A chunk's survivors, for a group of lanes. Few channels at a time: what these read stays in a first-level cache while all outputs meet it.
INLINE void add_chunk_of_strip(const PictureUpdate *u, const Patch *patch, const Strips *strips, const ChunkOfUpdate *chunk, Rows part, int group) {
  const int32_t taps = u->geometry.kernel * u->geometry.kernel;
  for (int32_t j = 0; j < chunk->count; j++) strips->end[j] = chunk->segments[j].start;
  for (int32_t c = 0; c < chunk->channels; c += chunk->together) {
    for (int32_t j = 0; j < chunk->count; j++) {
      const int32_t behind = chunk->segments[j].start + chunk->segments[j].count;
      int32_t k = strips->from[j] = strips->end[j];
      while (k < behind && chunk->indices[k] < (c + chunk->together) * taps) k++;
      strips->end[j] = k;
    }
    for (int32_t j = 0; j < chunk->count; j++) {
      const int32_t row = chunk->segments[j].row, k = strips->from[j];
      if (!has_row(part, row)) continue;
      const ChainRows rows = rows_of_strip(u, patch, strips, row - part.first, group);
      float *sums = chunk->sums + (size_t)(k - chunk->start) * VIRTUAL_LANES + group * GROUP;
      add_output_chains(&rows, patch, patch->values + group * patch->group_size, chunk->indices + k, strips->end[j] - k, sums, 0);
    }
  }
}

INLINE void copy_strips(const PictureUpdate *u, const Patch *patch, const Strips *strips, Rows part, const float *dy, const int32_t *winners) {
  for (int32_t o = part.first; o < part.end; o++)
    copy_strip(&u->geometry, patch, dy, winners, o, o + 1 < part.end ? o + 1 : o, strips->values + (o - part.first) * strips->size,
               u->outputs * strips->size);
}

INLINE void light_strips(const PictureUpdate *u, const Patch *patch, const Strips *strips, Rows part) {
  for (int group = 0; group < LANE_GROUPS; group++)
    for (int32_t output = 0; output < part.end - part.first; output++) {
      const ChainRows rows = rows_of_strip(u, patch, strips, output, group);
      light_rows(&rows);
    }
}

// Channels that are taken together: as many as a first-level cache holds, more of them where few weights are left.
INLINE int32_t channels_together(const Patch *patch, int32_t segments, int32_t channels, int32_t survivors) {
  const int32_t fitting = FITTING_FLOATS / (patch->rows * patch->columns * GROUP);
  const int32_t worthwhile = (WORTHWHILE_TAPS * segments * channels + survivors - 1) / survivors;
  const int32_t most = fitting > worthwhile ? fitting : worthwhile;
  return most < 1 ? 1 : most < channels ? most : channels;
}

// The chunks from `first` on whose sums are kept at the same time end there: one at least.
INLINE int32_t end_of_chunks(const Chunk *chunks, int32_t first, int32_t chunk_count, const Segment *segments) {
  const int32_t start = survivors_of(chunks, first, segments);
  int32_t end = first + 1;
  while (end < chunk_count && survivors_of(chunks, end + 1, segments) - start <= UPDATE_SURVIVORS) end++;
  return end;
}

KERNEL int compressed_convolution_update(const Context *c, const CompressedConvolutionUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const Stateful layer = stateful_at(c, op->values, op->first, op->second);
  PictureUpdate u = PICTURE_UPDATE(c, op);
  const Chunk *chunks = (const Chunk *)ints_at(c, op->chunks);
  const Segment *segments = (const Segment *)ints_at(c, op->segments);
  const uint16_t *indices = (const uint16_t *)ints_at(c, op->indices);
  const int32_t taps = op->kernel * op->kernel;
  Patch patch = strip_patch(&u, op->chunkCount > 1 ? chunks[1].first_feature / taps : op->channels,
                            part_scratch(c, op->scratch, op->scratchWords));
  Strips strips;
  u.sums = lay_out_strips(&strips, &u, u.strip);
  const Rows part = rows_of(c, op->outputs);
  Floats check = zeros();
  // Chunks whose sums are kept at the same time share the strips.
  for (int32_t first = 0, behind; first < op->chunkCount; first = behind) {
    behind = end_of_chunks(chunks, first, op->chunkCount, segments);
    const int32_t start = survivors_of(chunks, first, segments), count = survivors_of(chunks, behind, segments) - start;
    if (count == 0) continue;
    clear(u.sums, (size_t)count * VIRTUAL_LANES);
    FOR_EACH_STRIP(&u, &patch, {
      copy_strips(&u, &patch, &strips, part, dy, winners);
      if (winners) light_strips(&u, &patch, &strips, part);
      for (int32_t k = first; k < behind; k++) {
        const int32_t channel = chunks[k].first_feature / taps, channels = chunks[k + 1].first_feature / taps - channel;
        const int32_t segment = chunks[k].first_segment, many = chunks[k + 1].first_segment - segment;
        if (many == 0) continue;
        const ChunkOfUpdate chunk = {
            .segments = segments + segment,
            .count = many,
            .channels = channels,
            .together = channels_together(&patch, many, channels, survivors_of(chunks, k + 1, segments) - segments[segment].start),
            .indices = indices,
            .start = start,
            .sums = u.sums};
        fill_patch(&u.geometry, &patch, u.x + b * source_size(&u.geometry), channel, channels);
        for (int group = 0; group < LANE_GROUPS; group++) add_chunk_of_strip(&u, &patch, &strips, &chunk, part, group);
      }
    })
    // Segments that follow each other are spent together.
    const int32_t end = chunks[behind].first_segment;
    for (int32_t q = chunks[first].first_segment, next; q < end; q = next) {
      next = q + 1;
      if (!has_row(part, segments[q].row)) continue;
      while (next < end && has_row(part, segments[next].row)) next++;
      const int32_t at = segments[q].start, last = segments[next - 1].start + segments[next - 1].count;
      check = check + spend_sums(&optimizer, &layer, u.sums + (size_t)(at - start) * VIRTUAL_LANES, at, last - at);
    }
  }
  return all_finite(check);
}
