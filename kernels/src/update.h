// Weight and bias gradients and the optimizer's step in one: gradients pass through scratch, which stays in the first-level cache.
// Each kernel returns whether all new values are finite.
#pragma once
#include "compressed.h"
#include "dots.h"
#include "optimizer.h"

// How scratch is used: gradients that are ready, with the overhang of the last vector, then sums that wait to be reduced.
enum { LARGEST_PIECE = 2048, FOLDED_OFFSET = STRETCH + LARGEST_PIECE + VIRTUAL_LANES };
_Static_assert(FOLDED_OFFSET + WAITING * WIDTH <= SCRATCH_WORDS, "scratch is large enough");
_Static_assert(FOLDED_OFFSET * sizeof(float) % 64 == 0 && WAITING % WIDTH == 0, "waiting sums are whole vectors");

// The gradients of a layer's values in storage order: those before `done` are spent, then come `ready` ones in scratch, then `waiting`.
typedef struct {
  Optimizer optimizer;
  Stateful layer;
  float *scratch;
  size_t done;
  int32_t ready, waiting;
  Floats check; // what optimize returned, added up
} Gradients;

INLINE void spend_ready(Gradients *g) {
  g->check = g->check + optimize(&g->optimizer, g->scratch, &g->layer, g->done, g->ready);
  g->done += g->ready;
  g->ready = 0;
}

INLINE void reduce_waiting(Gradients *g) {
  reduce_folded(g->scratch + FOLDED_OFFSET, g->waiting, g->scratch + g->ready);
  g->ready += g->waiting;
  g->waiting = 0;
}

// Appends the gradients of a segment's survivors.
INLINE void append_long(Gradients *g, const BatchRows *rows, const uint16_t *index, int32_t count) {
  if (g->waiting > 0) reduce_waiting(g);
  while (count > 0) {
    if (g->ready >= STRETCH) spend_ready(g);
    const int32_t taken = count < LARGEST_PIECE ? count : LARGEST_PIECE;
    row_dots(rows, index, taken, g->scratch + g->ready);
    g->ready += taken;
    index += taken;
    count -= taken;
  }
}

INLINE void append_short(Gradients *g, const BatchRows *rows, const uint16_t *index, int32_t count) {
  while (count > 0) {
    const int32_t room = WAITING - g->waiting, taken = count < room ? count : room;
    folded_dots(rows, index, taken, g->scratch + FOLDED_OFFSET + g->waiting * WIDTH);
    g->waiting += taken;
    index += taken;
    count -= taken;
    if (g->waiting < WAITING) continue;
    if (g->ready >= STRETCH) spend_ready(g);
    reduce_waiting(g);
  }
}

// Goes on at value number `start`, which is not always behind the last one where other rows are another part's.
INLINE void continue_at(Gradients *g, size_t start) {
  if (g->done + g->ready + g->waiting == start) return;
  if (g->waiting > 0) reduce_waiting(g);
  if (g->ready > 0) spend_ready(g);
  g->done = start;
}

// values, first, second (survivors). x (blocks, inputs, LANES), dy (blocks, outputs, LANES).
KERNEL int compressed_update(const Context *c, const CompressedUpdate *op) {
  Gradients gradients = {.optimizer = optimizer_at(c, op->optimizer, op->constants),
                         .layer = {.values = floats_at(c, op->values),
                                   .first = optional_floats_at(c, op->first),
                                   .second = optional_floats_at(c, op->second)},
                         .scratch = scratch_at(c, op->scratch),
                         .check = zeros()};
  const Rows part = rows_of(c, op->outputs);
  const Chunk *chunks = (const Chunk *)ints_at(c, op->chunks);
  const Segment *segments = (const Segment *)ints_at(c, op->segments);
  const uint16_t *indices = (const uint16_t *)ints_at(c, op->indices);
  for (int32_t chunk = 0; chunk < op->chunkCount; chunk++) {
    BatchRows rows = {.x = floats_at(c, op->x) + (size_t)chunks[chunk].first_feature * LANES,
                      .dy_stride = (size_t)op->outputs * LANES,
                      .x_stride = (size_t)op->inputs * LANES,
                      .blocks = op->blocks};
    for (int32_t q = chunks[chunk].first_segment; q < chunks[chunk + 1].first_segment; q++) {
      const Segment *s = segments + q;
      if (!has_row(part, s->row)) continue;
      continue_at(&gradients, s->start);
      rows.dy = floats_at(c, op->dy) + (size_t)s->row * LANES;
      if (s->count >= LONG_SEGMENT)
        append_long(&gradients, &rows, indices + s->start, s->count);
      else
        append_short(&gradients, &rows, indices + s->start, s->count);
    }
  }
  if (gradients.waiting > 0) reduce_waiting(&gradients);
  if (gradients.ready > 0) spend_ready(&gradients);
  return all_finite(gradients.check);
}

// Columns of a group: a whole number of vectors ends each but the last, so that the optimizer meets no rest within a row.
enum { WHOLE_COLUMNS = 16 };

// A stretch of columns that follow each other, all of them active; those from the last stretch on to `first` are not.
typedef struct {
  int32_t first, end, packed; // within the group; its first gradient among the packed ones
} ActiveStretch;

// Columns that lie within one group: few enough for the cache and for scratch.
typedef struct {
  int32_t first, end;             // columns of the layer
  int32_t count;                  // active ones
  uint16_t index[UPDATE_FEATURES]; // each, relative to `first`
  int32_t stretches;
  ActiveStretch stretch[UPDATE_FEATURES];
} ActiveGroup;

// The group that starts at column `first`, from active column number `*next` of the list on (all columns if there is no list).
INLINE void fill_group(ActiveGroup *g, const int32_t *active, int32_t inputs, int32_t first, int32_t *next) {
  g->first = first;
  g->count = 0;
  g->stretches = 0;
  if (!active) {
    g->end = inputs - first < UPDATE_FEATURES ? inputs : first + UPDATE_FEATURES;
    g->count = g->end - first;
    for (int32_t k = 0; k < g->count; k++) g->index[k] = k;
    g->stretches = 1;
    g->stretch[0] = (ActiveStretch){0, g->count, 0};
    return;
  }
  g->end = inputs - first < STRETCH ? inputs : first + STRETCH;
  // As many active columns as there is room for; if there are more, up to the last whole number of vectors before them.
  int32_t n = 0;
  while (*next + n < active[0] && active[1 + *next + n] < g->end && n <= UPDATE_FEATURES) n++;
  if (n > UPDATE_FEATURES) g->end = first + (active[1 + *next + UPDATE_FEATURES] - first) / WHOLE_COLUMNS * WHOLE_COLUMNS;
  for (; *next < active[0] && active[1 + *next] < g->end; ++*next) {
    const int32_t column = active[1 + *next] - first;
    if (g->count == 0 || g->index[g->count - 1] != column - 1)
      g->stretch[g->stretches++] = (ActiveStretch){column, column, g->count};
    g->stretch[g->stretches - 1].end = column + 1;
    g->index[g->count++] = column;
  }
}

// gradient[k] = the packed gradient of column k of the group, +0 where it is not active. Whole vectors are written.
INLINE void spread(const ActiveGroup *g, const float *packed, float *gradient) {
  int32_t k = 0;
  for (int32_t i = 0; i < g->stretches; i++) {
    const ActiveStretch *s = g->stretch + i;
    for (; k < s->first; k += WIDTH) store_unaligned(gradient + k, zeros());
    for (k = s->first; k < s->end; k += WIDTH) store_unaligned(gradient + k, load_unaligned(packed + s->packed + (k - s->first)));
    k = s->end;
  }
  for (; k < g->end - g->first; k += WIDTH) store_unaligned(gradient + k, zeros());
}

// weights, first, second (outputs, inputs). x (blocks, inputs, LANES), dy (blocks, outputs, LANES).
// A feature that is zero in the whole batch has gradient +0; the optimizer still steps on its weights.
KERNEL int dense_update(const Context *c, const DenseUpdate *op) {
  const Optimizer optimizer = optimizer_at(c, op->optimizer, op->constants);
  const Stateful layer = stateful_at(c, op->weights, op->first, op->second);
  const int32_t *active = optional_ints_at(c, op->active);
  const Rows part = rows_of(c, op->outputs);
  float *gradient = scratch_at(c, op->scratch), *packed = gradient + STRETCH + VIRTUAL_LANES;
  Floats check = zeros();
  int32_t next = 0;
  for (int32_t column = 0; column < op->inputs;) {
    ActiveGroup group;
    fill_group(&group, active, op->inputs, column, &next);
    const int32_t width = group.end - column;
    BatchRows rows = {.x = floats_at(c, op->x) + (size_t)column * LANES,
                      .dy_stride = (size_t)op->outputs * LANES,
                      .x_stride = (size_t)op->inputs * LANES,
                      .blocks = op->blocks};
    for (int32_t row = part.first; row < part.end; row++) {
      rows.dy = floats_at(c, op->dy) + (size_t)row * LANES;
      if (group.count == width) {
        row_dots(&rows, group.index, group.count, gradient);
      } else {
        row_dots(&rows, group.index, group.count, packed);
        spread(&group, packed, gradient);
      }
      check = check + optimize(&optimizer, gradient, &layer, (size_t)row * op->inputs + column, width);
    }
    column = group.end;
  }
  return all_finite(check);
}

// biases, first, second (outputs). dy (blocks, outputs, LANES). Weight decay is not applied.
KERNEL int bias_update(const Context *c, const BiasUpdate *op) {
  const Optimizer optimizer = undecayed_at(c, op->optimizer, op->constants);
  const Stateful layer = stateful_at(c, op->biases, op->first, op->second);
  float *gradient = floats_at(c, op->scratch), *folded = gradient + FOLDED_OFFSET;
  Floats check = zeros();
  for (int32_t first = 0; first < op->outputs; first += WAITING) {
    const int32_t count = op->outputs - first < WAITING ? op->outputs - first : WAITING;
    for (int32_t k = 0; k < count; k++) {
      Floats part[PARTS];
      UNROLL for (int p = 0; p < PARTS; p++) part[p] = zeros();
      for (int32_t b = 0; b < op->blocks; b++) {
        const float *dy = address(floats_at(c, op->dy) + ((size_t)b * op->outputs + first + k) * LANES);
        UNROLL for (int v = 0; v < LANES / WIDTH; v++) part[v % PARTS] = part[v % PARTS] + load(dy + v * WIDTH);
      }
      store(folded + k * WIDTH, fold_parts(part));
    }
    reduce_folded(folded, count, gradient);
    check = check + optimize(&optimizer, gradient, &layer, first, count);
  }
  return all_finite(check);
}
