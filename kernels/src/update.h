// Weight and bias gradients and the optimizer's step in one: gradients pass through scratch, which stays in the first-level cache.
// Each function returns whether all new values are finite.
#pragma once
#include "compressed.h"
#include "dots.h"
#include "optimizer.h"

_Static_assert(STRETCH + VIRTUAL_LANES <= SCRATCH_WORDS, "a stretch and the overhang of its last vector fit into scratch");

// The optimizer's state beside the values from `at` on; null where the optimizer has none.
INLINE float *beside(float *state, size_t at) { return state ? state + at : 0; }

// values, first, second (survivors). x (blocks, inputs, LANES), dy (blocks, outputs, LANES).
KERNEL int compressed_update(const Context *c, const CompressedUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const Chunk *chunks = (const Chunk *)ints_at(c, op->chunks);
  const Segment *segments = (const Segment *)ints_at(c, op->segments);
  const uint16_t *indices = (const uint16_t *)ints_at(c, op->indices);
  const float *x = floats_at(c, op->x), *dy = floats_at(c, op->dy);
  float *values = floats_at(c, op->values);
  float *first = optional_floats_at(c, op->first), *second = optional_floats_at(c, op->second);
  float *gradient = floats_at(c, op->scratch);
  int finite = 1;
  // Segments follow one another in storage, so gradients wait in scratch until a stretch of values is complete.
  size_t stretch_start = 0;
  int32_t waiting = 0;
  for (int32_t chunk = 0; chunk < op->chunkCount; chunk++) {
    const float *features = x + (size_t)chunks[chunk].first_feature * LANES;
    for (int32_t q = chunks[chunk].first_segment; q < chunks[chunk + 1].first_segment; q++) {
      const Segment *s = segments + q;
      const BatchRows rows = {.dy = dy + (size_t)s->row * LANES,
                              .x = features,
                              .dy_stride = (size_t)op->outputs * LANES,
                              .x_stride = (size_t)op->inputs * LANES,
                              .blocks = op->blocks};
      for (int32_t done = 0; done < s->count;) {
        const int32_t room = STRETCH - waiting, rest = s->count - done;
        const int32_t count = rest < room ? rest : room;
        row_dots(&rows, indices + s->start + done, count, gradient + waiting);
        done += count;
        waiting += count;
        if (waiting < STRETCH) continue;
        finite &= optimize(&optimizer, gradient, values + stretch_start, beside(first, stretch_start),
                           beside(second, stretch_start), waiting);
        stretch_start += waiting;
        waiting = 0;
      }
    }
  }
  if (waiting > 0)
    finite &= optimize(&optimizer, gradient, values + stretch_start, beside(first, stretch_start),
                       beside(second, stretch_start), waiting);
  return finite;
}

// The active columns from number `*next` of the list on (all columns if there is no list) that lie within one group: few enough for the
// cache and for scratch. Fills index (relative to first_column) and returns the group's end column.
INLINE int32_t active_group(const int32_t *active, int32_t inputs, int32_t first_column, int32_t *next, uint16_t *index,
                            int32_t *count) {
  const int32_t limit = inputs - first_column < STRETCH ? inputs : first_column + STRETCH;
  *count = 0;
  if (!active) {
    const int32_t end = limit - first_column < CACHED_FEATURES ? limit : first_column + CACHED_FEATURES;
    for (; *count < end - first_column; ++*count) index[*count] = *count;
    return end;
  }
  while (*next < active[0] && active[1 + *next] < limit) {
    if (*count == CACHED_FEATURES) return active[1 + *next];
    index[(*count)++] = active[1 + (*next)++] - first_column;
  }
  return limit;
}

// weights, first, second (outputs, inputs). x (blocks, inputs, LANES), dy (blocks, outputs, LANES).
// A feature that is zero in the whole batch has gradient +0; the optimizer still steps on its weights.
KERNEL int dense_update(const Context *c, const DenseUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const int32_t *active = optional_ints_at(c, op->active);
  const float *x = floats_at(c, op->x), *dy = floats_at(c, op->dy);
  float *weights = floats_at(c, op->weights);
  float *first = optional_floats_at(c, op->first), *second = optional_floats_at(c, op->second);
  float *gradient = floats_at(c, op->scratch), *packed = gradient + STRETCH + VIRTUAL_LANES;
  int finite = 1;
  int32_t next = 0;
  for (int32_t column = 0; column < op->inputs;) {
    uint16_t index[CACHED_FEATURES];
    int32_t count;
    const int32_t end = active_group(active, op->inputs, column, &next, index, &count);
    const int whole = count == end - column;
    for (int32_t j = 0; j < end - column; j++) gradient[j] = 0.0f;
    for (int32_t row = 0; row < op->outputs; row++) {
      const BatchRows rows = {.dy = dy + (size_t)row * LANES,
                              .x = x + (size_t)column * LANES,
                              .dy_stride = (size_t)op->outputs * LANES,
                              .x_stride = (size_t)op->inputs * LANES,
                              .blocks = op->blocks};
      row_dots(&rows, index, count, whole ? gradient : packed);
      if (!whole)
        for (int32_t k = 0; k < count; k++) gradient[index[k]] = packed[k];
      const size_t at = (size_t)row * op->inputs + column;
      finite &= optimize(&optimizer, gradient, weights + at, beside(first, at), beside(second, at), end - column);
    }
    column = end;
  }
  return finite;
}

// biases, first, second (outputs). dy (blocks, outputs, LANES). Weight decay is not applied.
KERNEL int bias_update(const Context *c, const BiasUpdate *op) {
  Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  optimizer.decay = 0.0f;
  const float *dy = floats_at(c, op->dy);
  float *biases = floats_at(c, op->biases);
  float *first = optional_floats_at(c, op->first), *second = optional_floats_at(c, op->second);
  float *gradient = floats_at(c, op->scratch);
  int finite = 1;
  for (int32_t row = 0; row < op->outputs; row += STRETCH) {
    const int32_t count = op->outputs - row < STRETCH ? op->outputs - row : STRETCH;
    for (int32_t k = 0; k < count; k += WIDTH) {
      Floats sum[WIDTH];
      for (int j = 0; j < WIDTH; j++) {
        Floats part[PARTS];
        UNROLL for (int p = 0; p < PARTS; p++) part[p] = zeros();
        // Beyond the last row the last one is summed again.
        const int32_t r = k + j < count ? row + k + j : row + count - 1;
        for (int32_t b = 0; b < op->blocks; b++) {
          const float *lanes = dy + ((size_t)b * op->outputs + r) * LANES;
          UNROLL for (int v = 0; v < LANES / WIDTH; v++) part[v % PARTS] = part[v % PARTS] + load(lanes + v * WIDTH);
        }
        sum[j] = fold_parts(part);
      }
#define SUM(j) sum[j]
      store_unaligned(gradient + k, REDUCE(SUM));
#undef SUM
    }
    finite &= optimize(&optimizer, gradient, biases + row, beside(first, row), beside(second, row), count);
  }
  return finite;
}
