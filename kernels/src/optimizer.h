// One step of the optimizer on a stretch of values, by the rules of docs/arithmetic.md.
#pragma once
#include "context.h"

typedef struct {
  int32_t kind;
  int decays;
  float rate; // Adam: rate ÷ (1 − β₁ᵗ)
  float decay;
  float first_decay, first_share;   // β₁ or μ, 1 − β₁
  float second_decay, second_share; // β₂, 1 − β₂
  float correction, epsilon;        // 1 ÷ √(1 − β₂ᵗ), ε
} Optimizer;

// The values of a layer and what the optimizer keeps beside them; null where it keeps nothing.
typedef struct {
  float *values, *first, *second;
} Stateful;

static const float SMALLEST_GRADIENT = 0x1p-50f, SMALLEST_FIRST = 0x1p-100f, SMALLEST_SECOND = 0x1p-120f;

INLINE Optimizer optimizer_at(const Context *c, int32_t kind, int32_t constants) {
  const float *row = floats_at(c, constants) + (size_t)c->step * CONSTANTS_ROW;
  return (Optimizer){kind, row[1] != 0.0f, row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]};
}

// Values nearer to zero than `smallest` become +0; NaN stays.
INLINE Floats flushed(Floats v, float smallest) { return (Floats)((Ints)v & ~(absolute(v) < splat(smallest))); }

// Whether every lane is +0, as v − v is for a finite v.
INLINE int all_finite(Floats check) {
  Ints same = check == zeros();
  int finite = 1;
  UNROLL for (int j = 0; j < WIDTH; j++) finite &= same[j] != 0;
  return finite;
}

// WIDTH values: w, first and second are updated with the gradient g. Returns +0 in each lane whose new value is finite, else NaN.
INLINE Floats optimize_vector(const Optimizer *o, Floats g, float *w, float *first, float *second) {
  g = flushed(g, SMALLEST_GRADIENT);
  if (o->kind == OPTIMIZER_GRADIENT) {
    store_unaligned(first, g);
    return g - g;
  }
  const Floats old = load_unaligned(w);
  if (o->decays) g = g + splat(o->decay) * old;
  Floats change;
  if (o->kind == OPTIMIZER_SGD) {
    change = splat(o->rate) * g;
  } else if (o->kind == OPTIMIZER_MOMENTUM) {
    const Floats v = flushed(splat(o->first_decay) * load_unaligned(first) + g, SMALLEST_FIRST);
    store_unaligned(first, v);
    change = splat(o->rate) * v;
  } else {
    const Floats m = flushed(splat(o->first_decay) * load_unaligned(first) + splat(o->first_share) * g, SMALLEST_FIRST);
    const Floats v = splat(o->second_decay) * load_unaligned(second) + (splat(o->second_share) * g) * g;
    // v is never negative.
    const Floats kept = (Floats)((Ints)v & ~(v < splat(SMALLEST_SECOND)));
    store_unaligned(first, m);
    store_unaligned(second, kept);
    change = (splat(o->rate) * m) / (square_root(kept) * splat(o->correction) + splat(o->epsilon));
  }
  const Floats new = (old - change) + zeros();
  store_unaligned(w, new);
  return new - new;
}

// `count` values of one kind of optimizer. The last few are worked on in a padded copy, so that nothing beyond them is touched.
INLINE int optimize_kind(const Optimizer *o, const float *g, const Stateful *s, int32_t count) {
  float *w = s->values, *first = s->first, *second = s->second;
  Floats check = zeros();
  int32_t k = 0;
  for (; k + WIDTH <= count; k += WIDTH)
    check = check + optimize_vector(o, load_unaligned(g + k), w + k, first + k, second + k);
  int finite = all_finite(check);
  if (k == count) return finite;

  const int32_t rest = count - k;
  float tail_g[WIDTH] = {0}, tail_w[WIDTH] = {0}, tail_first[WIDTH] = {0}, tail_second[WIDTH] = {0};
  const int weighs = o->kind != OPTIMIZER_GRADIENT, moves = o->kind != OPTIMIZER_SGD, squares = o->kind == OPTIMIZER_ADAM;
  for (int j = 0; j < rest; j++) {
    tail_g[j] = g[k + j];
    if (weighs) tail_w[j] = w[k + j];
    if (moves) tail_first[j] = first[k + j];
    if (squares) tail_second[j] = second[k + j];
  }
  check = optimize_vector(o, load_unaligned(tail_g), tail_w, tail_first, tail_second);
  for (int j = 0; j < rest; j++) {
    finite &= check[j] == 0.0f;
    if (weighs) w[k + j] = tail_w[j];
    if (moves) first[k + j] = tail_first[j];
    if (squares) second[k + j] = tail_second[j];
  }
  return finite;
}

// `count` values from number `at` on, with their gradients g (count). Returns whether all new values are finite.
KERNEL int optimize(const Optimizer *optimizer, const float *g, const Stateful *all, size_t at, int32_t count) {
  // Copies: what the loops store cannot change them.
  Optimizer o = *optimizer;
  const Stateful s = {all->values + at, all->first ? all->first + at : 0, all->second ? all->second + at : 0};
#define CASE(which)                                                                                                     \
  case which:                                                                                                          \
    o.kind = which;                                                                                                    \
    if (o.decays) return optimize_kind(&o, g, &s, count);                                                              \
    return optimize_kind(&o, g, &s, count);
  switch (optimizer->kind) {
    CASE(OPTIMIZER_GRADIENT)
    CASE(OPTIMIZER_SGD)
    CASE(OPTIMIZER_MOMENTUM)
    default:
      CASE(OPTIMIZER_ADAM)
  }
#undef CASE
}
