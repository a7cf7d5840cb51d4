// Examples that lie in the arena as rows: to activations, one block or one example a step, and back.
#pragma once
#include "gather.h"

// Four floats, at every width.
typedef float Quad __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t QuadInts __attribute__((vector_size(16), aligned(4), may_alias));

#if defined(__clang__)
#define SHUFFLE_QUADS(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE_QUADS(a, b, ...) __builtin_shuffle(a, b, (QuadInts){__VA_ARGS__})
#endif

enum { QUAD = 4 };

INLINE Quad interleave_low_floats(Quad a, Quad b) { return SHUFFLE_QUADS(a, b, 0, 4, 1, 5); }
INLINE Quad interleave_high_floats(Quad a, Quad b) { return SHUFFLE_QUADS(a, b, 2, 6, 3, 7); }

// How many rows of this step's block there are.
INLINE int32_t rows_of_block(const Context *c, int32_t count) {
  const int32_t left = ints_at(c, count)[0] - c->step * LANES;
  return left < LANES ? left : LANES;
}

// x (1, needed, LANES) = rows × scale, rows (count, features) u8; zero from example `count` on. active (1 + needed) as gather writes it.
KERNEL void load_rows(const Context *c, const LoadRows *op) {
  const uint8_t *rows = (const uint8_t *)ints_at(c, op->rows) + (size_t)c->step * LANES * op->features;
  const Needed needed = needed_at(c, op->needed, op->features);
  int32_t *active = optional_ints_at(c, op->active);
  Block block = {.size = rows_of_block(c, op->count)};
  for (int lane = 0; lane < LANES; lane++) block.image[lane] = lane < block.size ? rows + (size_t)lane * op->features : 0;
  if (active)
    for (int32_t k = 0; k < needed.count; k++) active[1 + k] = 0;
  gather_block(&block, op->features, &needed, floats_at(c, op->scale)[0], floats_at(c, op->x), active ? active + 1 : 0);
  if (active) list_active(active, needed.count);
}

// Four features of four rows, transposed to out (4, LANES). Returns for each feature whether it is not zero in any of them.
INLINE QuadInts transpose_quad(const float *const row[QUAD], size_t feature, float *out) {
  Quad r[QUAD];
  UNROLL for (int k = 0; k < QUAD; k++) r[k] = row[k] ? *(const Quad *)(row[k] + feature) : (Quad){0};
  const Quad even_low = interleave_low_floats(r[0], r[2]), even_high = interleave_high_floats(r[0], r[2]);
  const Quad odd_low = interleave_low_floats(r[1], r[3]), odd_high = interleave_high_floats(r[1], r[3]);
  *(Quad *)out = interleave_low_floats(even_low, odd_low);
  *(Quad *)(out + LANES) = interleave_high_floats(even_low, odd_low);
  *(Quad *)(out + 2 * LANES) = interleave_low_floats(even_high, odd_high);
  *(Quad *)(out + 3 * LANES) = interleave_high_floats(even_high, odd_high);
  const Quad zero = {0};
  return (r[0] != zero) | (r[1] != zero) | (r[2] != zero) | (r[3] != zero);
}

// Four features that follow each other, to four rows of x.
INLINE QuadInts load_quads(const float *rows, int32_t size, size_t features, size_t feature, float *x) {
  QuadInts lit = {0};
  for (int lane = 0; lane < LANES; lane += QUAD) {
    const float *row[QUAD];
    UNROLL for (int k = 0; k < QUAD; k++) row[k] = lane + k < size ? rows + (size_t)(lane + k) * features : 0;
    lit |= transpose_quad(row, feature, x + lane);
  }
  return lit;
}

// One feature to one row of x.
INLINE int32_t load_feature(const float *rows, int32_t size, size_t features, size_t feature, float *x) {
  int32_t lit = 0;
  for (int lane = 0; lane < LANES; lane++) {
    x[lane] = lane < size ? rows[(size_t)lane * features + feature] : 0;
    lit |= x[lane] != 0;
  }
  return lit;
}

// The same from rows (count, features) f32, as they are.
KERNEL void load_float_rows(const Context *c, const LoadFloatRows *op) {
  const float *rows = floats_at(c, op->rows) + (size_t)c->step * LANES * op->features;
  const int32_t size = rows_of_block(c, op->count);
  const Needed needed = needed_at(c, op->needed, op->features);
  float *x = floats_at(c, op->x);
  int32_t *active = optional_ints_at(c, op->active);
  for (int32_t k = 0; k < needed.count;) {
    const int32_t feature = feature_of(&needed, k);
    float *out = x + (size_t)k * LANES;
    if (k + QUAD <= needed.count && feature_of(&needed, k + QUAD - 1) == feature + QUAD - 1) {
      const QuadInts lit = load_quads(rows, size, op->features, feature, out);
      if (active) *(QuadInts *)(active + 1 + k) = lit;
      k += QUAD;
    } else {
      const int32_t lit = load_feature(rows, size, op->features, feature, out);
      if (active) active[1 + k] = lit;
      k++;
    }
  }
  if (active) list_active(active, needed.count);
}

// rows (count, features) = x (1, features, LANES), this step's block of them.
KERNEL void store_rows(const Context *c, const StoreRows *op) {
  const float *x = floats_at(c, op->x);
  float *row = floats_at(c, op->rows) + (size_t)c->step * LANES * op->features;
  const int32_t size = rows_of_block(c, op->count);
  for (int32_t lane = 0; lane < size; lane++)
    for (int32_t feature = 0; feature < op->features; feature++) *row++ = x[(size_t)feature * LANES + lane];
}

// x (features) = rows[step] × scale, rows (steps, features) u8.
KERNEL void load_example(const Context *c, const LoadExample *op) {
  const uint8_t *row = (const uint8_t *)ints_at(c, op->rows) + (size_t)c->step * op->features;
  const float scale = floats_at(c, op->scale)[0];
  float *x = floats_at(c, op->x);
  int32_t feature = 0;
  for (; feature + TILE <= op->features; feature += TILE) store_scaled(x + feature, load_bytes(row + feature), splat(scale));
  for (; feature < op->features; feature++) x[feature] = (float)row[feature] * scale;
}
