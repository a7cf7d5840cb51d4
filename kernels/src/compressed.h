// Products with survivors only. Values and 16-bit indices lie in storage order: chunk by chunk, within a chunk segment by segment.
#pragma once
#include "blocking.h"
#include "context.h"

typedef struct {
  int32_t first_feature, first_segment;
} Chunk;

typedef struct {
  int32_t row, start, count;
} Segment;

// Permuted values from which on they are asked for.
enum { SCATTERED = 1 << 16 };

// One product y (rows, LANES) = start + W x, with W by rows in chunks of columns; the input gradient is the same by columns.
typedef struct {
  int32_t rows, chunk_count;
  Rows part; // the rows to compute
  int scattered; // whether there are more permuted values than a second-level cache holds
  const Chunk *chunks;
  const Segment *segments;
  const uint16_t *indices;
  const uint32_t *permutation; // of the values, or null
  const float *values;
  const float *biases; // (rows) or null for +0
} CompressedProduct;

// What is done to a finished sum: ReLU, or zero where gate (rows, LANES) is not > 0. Convolutions may stream it.
typedef struct {
  const float *gate;
  int relu, streams;
} Finish;

INLINE Floats finished(const Finish *finish, Floats sum, size_t position) {
  if (finish->gate) return keep(load(finish->gate + position) > zeros(), sum);
  return finish->relu ? relu(sum) : sum;
}

// Finishes `count` vectors and stores them in y at `position`.
INLINE void store_finished(const Finish *finish, const Floats *sum, const int count, float *y, size_t position) {
  y += position;
  if (finish->gate) {
    const float *gate = finish->gate + position;
    UNROLL for (int p = 0; p < count; p++) store(y + p * WIDTH, keep(load(gate + p * WIDTH) > zeros(), sum[p]));
  } else if (finish->relu) {
    UNROLL for (int p = 0; p < count; p++) store(y + p * WIDTH, relu(sum[p]));
  } else {
    UNROLL for (int p = 0; p < count; p++) store(y + p * WIDTH, sum[p]);
  }
}

INLINE float start_of(const CompressedProduct *m, int32_t row) { return m->biases ? m->biases[row] : 0.0f; }

// sum (SPAN vectors) += value · x[index], for the survivors k … count − 1 of a segment, in ascending index order.
INLINE void add_survivors(Floats sum[SPAN], const CompressedProduct *m, const Segment *s, int32_t k, const float *x) {
  const uint16_t *index = m->indices + s->start;
  const float *value = m->values + s->start;
  const uint32_t *place = m->permutation + s->start;
  UNROLL_BY_4 for (; k < s->count; k++) {
    AS_IT_IS(x);
    const float *lanes = feature_at(x, index[k]);
    const Floats w = splat(m->permutation ? m->values[place[k]] : value[k]);
    UNROLL for (int p = 0; p < SPAN; p++) {
      if (p == SPAN / 2 && block_ends()) return;
      sum[p] = sum[p] + w * load(lanes + p * WIDTH);
    }
  }
}

// The same for two segments side by side; the longer one's rest alone. Hides the latency of additions where SPAN alone cannot.
INLINE void add_survivors_of_two(Floats a[SPAN], Floats b[SPAN], const CompressedProduct *m, const Segment *s, const Segment *t,
                                 const float *x) {
  const int32_t both = s->count < t->count ? s->count : t->count;
  UNROLL_BY_4 for (int32_t k = 0; k < both; k++) {
    const size_t i = s->start + k, j = t->start + k;
    AS_IT_IS(x);
    const float *lanes_a = feature_at(x, m->indices[i]), *lanes_b = feature_at(x, m->indices[j]);
    const Floats wa = splat(m->values[m->permutation ? m->permutation[i] : i]);
    const Floats wb = splat(m->values[m->permutation ? m->permutation[j] : j]);
    UNROLL for (int p = 0; p < SPAN; p++) {
      a[p] = a[p] + wa * load(lanes_a + p * WIDTH);
      b[p] = b[p] + wb * load(lanes_b + p * WIDTH);
    }
  }
  add_survivors(a, m, s, both, x);
  add_survivors(b, m, t, both, x);
}

// Where the sums of a segment start: from y (they continue an earlier chunk) or from the bias.
INLINE void start_sums(Floats sum[SPAN], const CompressedProduct *m, int32_t row, int continues, const float *y) {
  if (continues) {
    UNROLL for (int p = 0; p < SPAN; p++) sum[p] = load(y + p * WIDTH);
  } else {
    const Floats start = splat(start_of(m, row));
    UNROLL for (int p = 0; p < SPAN; p++) sum[p] = start;
  }
}

// The first segment from number q on whose row is to be computed; `count` if there is none.
INLINE int32_t next_segment(const CompressedProduct *m, const Segment *segments, int32_t q, int32_t count) {
  while (q < count && !has_row(m->part, segments[q].row)) q++;
  return q;
}

// Asks for the values of segment number q, if there is one, which its permutation finds anywhere among all.
INLINE void expect_values(const CompressedProduct *m, const Segment *segments, int32_t q, int32_t count) {
  if (!m->scattered || q >= count) return;
  const uint32_t *place = m->permutation + segments[q].start;
  for (int32_t k = 0; k < segments[q].count; k++) __builtin_prefetch(m->values + place[k]);
}

// All segments of one chunk. x: the chunk's features of one block; y (rows, LANES).
INLINE void add_chunk(const CompressedProduct *m, const Segment *segments, int32_t count, int continues, const Finish *finish,
                      const float *x, float *y) {
  int32_t q = next_segment(m, segments, 0, count);
#if WIDTH == 16
  for (int32_t r; (r = next_segment(m, segments, q + 1, count)) < count; q = next_segment(m, segments, r + 1, count)) {
    const Segment *s = segments + q, *t = segments + r;
    const size_t at = (size_t)s->row * LANES, other = (size_t)t->row * LANES;
    expect_values(m, segments, r + 1, count);
    expect_values(m, segments, r + 2, count);
    Floats a[SPAN], b[SPAN];
    start_sums(a, m, s->row, continues, y + at);
    start_sums(b, m, t->row, continues, y + other);
    add_survivors_of_two(a, b, m, s, t, x);
    store_finished(finish, a, SPAN, y, at);
    store_finished(finish, b, SPAN, y, other);
  }
#endif
  for (; q < count; q = next_segment(m, segments, q + 1, count)) {
    const Segment *s = segments + q;
    expect_values(m, segments, q + 1, count);
    for (int lane = 0; lane < LANES; lane += SPAN * WIDTH) {
      const size_t at = (size_t)s->row * LANES + lane;
      Floats sum[SPAN];
      start_sums(sum, m, s->row, continues, y + at);
      add_survivors(sum, m, s, 0, x + lane);
      store_finished(finish, sum, SPAN, y, at);
    }
  }
}

// y (rows, LANES) = finish(start + W x) for one block. `how` is constant where this is inlined.
INLINE void compressed_product(const CompressedProduct *m, const Finish *how, const float *x, float *y) {
  static const Finish unfinished = {0};
  const int32_t last = m->chunk_count - 1;
  // Rows that a chunk leaves out must be started or finished on their own. Usually there are none.
  const int first_is_full = last >= 0 && m->chunks[1].first_segment - m->chunks[0].first_segment == m->rows;
  const int last_is_full = last >= 0 && m->chunks[last + 1].first_segment - m->chunks[last].first_segment == m->rows;
  if (!first_is_full) {
    const Finish *finish = last <= 0 ? how : &unfinished;
    for (int32_t row = m->part.first; row < m->part.end; row++) {
      const Floats start = splat(start_of(m, row));
      for (int lane = 0; lane < LANES; lane += WIDTH) {
        const size_t at = (size_t)row * LANES + lane;
        store(y + at, finished(finish, start, at));
      }
    }
  }
  for (int32_t c = 0; c <= last; c++) {
    const Segment *segments = m->segments + m->chunks[c].first_segment;
    const int32_t count = m->chunks[c + 1].first_segment - m->chunks[c].first_segment;
    const float *features = x + (size_t)m->chunks[c].first_feature * LANES;
    const int finishes = c == last && (last == 0 || last_is_full);
    add_chunk(m, segments, count, c > 0, finishes ? how : &unfinished, features, y);
  }
  if (last > 0 && !last_is_full)
    for (size_t at = (size_t)m->part.first * LANES; at < (size_t)m->part.end * LANES; at += WIDTH)
      store(y + at, finished(how, load(y + at), at));
}

// y (blocks, outputs, LANES) = relu?(biases + W x), x (blocks, inputs, LANES).
KERNEL void compressed_forward(const Context *c, const CompressedForward *op) {
  const CompressedProduct product = {
      .rows = op->outputs,
      .part = rows_of(c, op->outputs),
      .chunk_count = op->chunkCount,
      .chunks = (const Chunk *)ints_at(c, op->chunks),
      .segments = (const Segment *)ints_at(c, op->segments),
      .indices = (const uint16_t *)ints_at(c, op->indices),
      .permutation = 0,
      .values = floats_at(c, op->values),
      .biases = floats_at(c, op->biases),
  };
  const Finish finish = {.gate = 0, .relu = op->relu};
  for (int32_t b = 0; b < op->blocks; b++) {
    const float *x = floats_at(c, op->x) + (size_t)b * op->inputs * LANES;
    float *y = floats_at(c, op->y) + (size_t)b * op->outputs * LANES;
    compressed_product(&product, &finish, x, y);
  }
}

// dx (blocks, inputs, LANES) = Wᵀ dy, zero where gate is not > 0; dy (blocks, outputs, LANES). dx overlaps nothing else.
KERNEL void compressed_input_gradient(const Context *c, const CompressedInputGradient *op) {
  CompressedProduct product = {
      .rows = op->inputs,
      .part = rows_of(c, op->inputs),
      .chunk_count = op->chunkCount,
      .chunks = (const Chunk *)ints_at(c, op->chunks),
      .segments = (const Segment *)ints_at(c, op->segments),
      .indices = (const uint16_t *)ints_at(c, op->indices),
      .permutation = (const uint32_t *)ints_at(c, op->permutation),
      .values = floats_at(c, op->values),
      .biases = 0,
  };
  if (product.chunk_count > 0) {
    const Segment *last = product.segments + product.chunks[product.chunk_count].first_segment - 1;
    product.scattered = last >= product.segments && last->start + last->count > SCATTERED;
  }
  const float *gate = optional_floats_at(c, op->gate);
  for (int32_t b = 0; b < op->blocks; b++) {
    const float *dy = floats_at(c, op->dy) + (size_t)b * op->outputs * LANES;
    const size_t at = (size_t)b * op->inputs * LANES;
    const Finish finish = {.gate = gate ? gate + at : 0, .relu = 0};
    compressed_product(&product, &finish, dy, floats_at(c, op->dx) + at);
  }
}
