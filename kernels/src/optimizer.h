// One step of the optimizer on a stretch of values, by the rules of docs/arithmetic.md.
#pragma once
#include "context.h"

// The constants of a step, each in a whole vector.
typedef struct {
  Floats rate; // Adam: rate ÷ (1 − β₁ᵗ)
  Floats decay;
  Floats first_decay, first_share;   // β₁ or μ, 1 − β₁
  Floats second_decay, second_share; // β₂, 1 − β₂
  Floats correction, epsilon;        // 1 ÷ √(1 − β₂ᵗ), ε
  int32_t kind;
  int decays;
} Optimizer;

// The values of a layer and what the optimizer keeps beside them; null where it keeps nothing.
typedef struct {
  float *values, *first, *second;
} Stateful;

INLINE Stateful stateful_at(const Context *c, int32_t values, int32_t first, int32_t second) {
  return (Stateful){floats_at(c, values), optional_floats_at(c, first), optional_floats_at(c, second)};
}

static const float SMALLEST_GRADIENT = 0x1p-50f, SMALLEST_FIRST = 0x1p-100f, SMALLEST_SECOND = 0x1p-120f;

INLINE Optimizer optimizer_at(const Context *c, int32_t kind, int32_t constants) {
  const float *row = floats_at(c, constants) + (size_t)c->step * CONSTANTS_ROW;
  return (Optimizer){.rate = splat(row[0]),
                     .decay = splat(row[1]),
                     .first_decay = splat(row[2]),
                     .first_share = splat(row[3]),
                     .second_decay = splat(row[4]),
                     .second_share = splat(row[5]),
                     .correction = splat(row[6]),
                     .epsilon = splat(row[7]),
                     .kind = kind,
                     .decays = row[1] != 0.0f};
}

// The same for what no weight decay is applied to.
INLINE Optimizer undecayed_at(const Context *c, int32_t kind, int32_t constants) {
  Optimizer optimizer = optimizer_at(c, kind, constants);
  optimizer.decays = 0;
  return optimizer;
}

// Values nearer to zero than `smallest` become +0; NaN stays.
INLINE Floats flushed(Floats v, float smallest) { return (Floats)((Ints)v & ~(absolute(v) < splat(smallest))); }

// WIDTH values: w, first and second are updated with the gradient g. Returns +0 in each lane whose new value is finite, else NaN.
INLINE Floats optimize_vector(const int kind, const int decays, const Optimizer *o, Floats g, float *w, float *first,
                              float *second) {
  g = flushed(g, SMALLEST_GRADIENT);
  if (kind == OPTIMIZER_GRADIENT) {
    store_unaligned(first, g);
    return g - g;
  }
  const Floats old = load_unaligned(w);
  if (decays) g = g + o->decay * old;
  Floats change;
  if (kind == OPTIMIZER_SGD) {
    change = o->rate * g;
  } else if (kind == OPTIMIZER_MOMENTUM) {
    const Floats v = flushed(o->first_decay * load_unaligned(first) + g, SMALLEST_FIRST);
    store_unaligned(first, v);
    change = o->rate * v;
  } else {
    const Floats m = flushed(o->first_decay * load_unaligned(first) + o->first_share * g, SMALLEST_FIRST);
    const Floats v = o->second_decay * load_unaligned(second) + (o->second_share * g) * g;
    // v is never negative.
    const Floats kept = (Floats)((Ints)v & ~(v < splat(SMALLEST_SECOND)));
    store_unaligned(first, m);
    store_unaligned(second, kept);
    change = (o->rate * m) / (square_root(kept) * o->correction + o->epsilon);
  }
  const Floats new = (old - change) + zeros();
  store_unaligned(w, new);
  return new - new;
}

// `count` values. The last few are worked on in a padded copy, so that nothing beyond them is touched. Returns what optimize_vector does,
// for all of them together.
INLINE Floats optimize_all(const int kind, const int decays, const Optimizer *optimizer, const float *g, const Stateful *s,
                           int32_t count) {
  const Optimizer o = *optimizer; // a copy, which nothing that is stored here can change
  float *w = s->values, *first = s->first, *second = s->second;
  Floats check = zeros();
  int32_t k = 0;
  for (; k + WIDTH <= count; k += WIDTH)
    check = check + optimize_vector(kind, decays, &o, load_unaligned(g + k), w + k, first + k, second + k);
  if (k == count) return check;

  const int32_t rest = count - k;
  float tail_g[WIDTH] = {0}, tail_w[WIDTH] = {0}, tail_first[WIDTH] = {0}, tail_second[WIDTH] = {0};
  const int weighs = kind != OPTIMIZER_GRADIENT, moves = kind != OPTIMIZER_SGD, squares = kind == OPTIMIZER_ADAM;
  for (int j = 0; j < rest; j++) {
    tail_g[j] = g[k + j];
    if (weighs) tail_w[j] = w[k + j];
    if (moves) tail_first[j] = first[k + j];
    if (squares) tail_second[j] = second[k + j];
  }
  const Floats tail = optimize_vector(kind, decays, &o, load_unaligned(tail_g), tail_w, tail_first, tail_second);
  for (int j = 0; j < rest; j++) {
    if (weighs) w[k + j] = tail_w[j];
    if (moves) first[k + j] = tail_first[j];
    if (squares) second[k + j] = tail_second[j];
  }
  return check + keep(count_from(0) < splat_int(rest), tail);
}

// `count` values from number `at` on, with their gradients g (count). Returns +0 in every lane, or NaN somewhere if a new value is not finite.
KERNEL Floats optimize(const Optimizer *o, const float *g, const Stateful *layer, size_t at, int32_t count) {
  const Stateful s = {layer->values + at, layer->first ? layer->first + at : 0, layer->second ? layer->second + at : 0};
#define CASE(kind)                                                                                                      \
  case kind:                                                                                                           \
    return o->decays ? optimize_all(kind, 1, o, g, &s, count) : optimize_all(kind, 0, o, g, &s, count);
  switch (o->kind) {
    CASE(OPTIMIZER_GRADIENT)
    CASE(OPTIMIZER_SGD)
    CASE(OPTIMIZER_MOMENTUM)
    default:
      CASE(OPTIMIZER_ADAM)
  }
#undef CASE
}

// Whether every lane of what optimize returned is +0.
INLINE int all_finite(Floats check) {
  const Ints finite = check == zeros();
  for (int j = 0; j < WIDTH; j++)
    if (!finite[j]) return 0;
  return 1;
}
