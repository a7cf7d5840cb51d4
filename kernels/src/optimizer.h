// One step of the optimizer on a stretch of values, by the rules of docs/arithmetic.md.
#pragma once
#include "context.h"

typedef struct {
  int32_t kind;
  float rate; // Adam: rate ÷ (1 − β₁ᵗ)
  float decay;
  float first_decay, first_share;   // β₁ or μ, 1 − β₁
  float second_decay, second_share; // β₂, 1 − β₂
  float correction, epsilon;        // 1 ÷ √(1 − β₂ᵗ), ε
} Optimizer;

static const float SMALLEST_GRADIENT = 0x1p-50f, SMALLEST_FIRST = 0x1p-100f, SMALLEST_SECOND = 0x1p-120f;

INLINE Optimizer optimizer_at(const Context *c, int32_t kind, int32_t constants) {
  const float *row = floats_at(c, constants) + (size_t)c->step * CONSTANTS_ROW;
  return (Optimizer){kind, row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]};
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
  if (decays) g = g + splat(o->decay) * old;
  Floats change;
  if (kind == OPTIMIZER_SGD) {
    change = splat(o->rate) * g;
  } else if (kind == OPTIMIZER_MOMENTUM) {
    const Floats v = flushed(splat(o->first_decay) * load_unaligned(first) + g, SMALLEST_FIRST);
    store_unaligned(first, v);
    change = splat(o->rate) * v;
  } else {
    const Floats m = flushed(splat(o->first_decay) * load_unaligned(first) + splat(o->first_share) * g, SMALLEST_FIRST);
    const Floats v =
        flushed(splat(o->second_decay) * load_unaligned(second) + (splat(o->second_share) * g) * g, SMALLEST_SECOND);
    store_unaligned(first, m);
    store_unaligned(second, v);
    change = (splat(o->rate) * m) / (square_root(v) * splat(o->correction) + splat(o->epsilon));
  }
  const Floats new = (old - change) + zeros();
  store_unaligned(w, new);
  return new - new;
}

// `count` values. The last few are worked on in a padded copy, so that nothing beyond them is touched.
INLINE int optimize_all(const int kind, const int decays, const Optimizer *o, const float *g, float *w, float *first,
                        float *second, int32_t count) {
  Floats check = zeros();
  int32_t k = 0;
  for (; k + WIDTH <= count; k += WIDTH)
    check = check + optimize_vector(kind, decays, o, load_unaligned(g + k), w + k, first + k, second + k);
  int finite = 1;
  for (int j = 0; j < WIDTH; j++) finite &= check[j] == 0.0f;
  if (k == count) return finite;

  const int32_t rest = count - k;
  float tail_g[WIDTH] = {0}, tail_w[WIDTH] = {0}, tail_first[WIDTH] = {0}, tail_second[WIDTH] = {0};
  const int moving = kind != OPTIMIZER_SGD, squaring = kind == OPTIMIZER_ADAM;
  for (int j = 0; j < rest; j++) {
    tail_g[j] = g[k + j];
    if (kind != OPTIMIZER_GRADIENT) tail_w[j] = w[k + j];
    if (moving) tail_first[j] = first[k + j];
    if (squaring) tail_second[j] = second[k + j];
  }
  check = optimize_vector(kind, decays, o, load_unaligned(tail_g), tail_w, tail_first, tail_second);
  for (int j = 0; j < rest; j++) {
    finite &= check[j] == 0.0f;
    if (kind != OPTIMIZER_GRADIENT) w[k + j] = tail_w[j];
    if (moving) first[k + j] = tail_first[j];
    if (squaring) second[k + j] = tail_second[j];
  }
  return finite;
}

// w, first, second and the gradient g: (count). Returns whether all new values are finite.
KERNEL int optimize(const Optimizer *o, const float *g, float *w, float *first, float *second, int32_t count) {
  switch (o->kind) {
    case OPTIMIZER_GRADIENT:
      return optimize_all(OPTIMIZER_GRADIENT, 0, o, g, w, first, second, count);
    case OPTIMIZER_SGD:
      return o->decay != 0.0f ? optimize_all(OPTIMIZER_SGD, 1, o, g, w, first, second, count)
                              : optimize_all(OPTIMIZER_SGD, 0, o, g, w, first, second, count);
    case OPTIMIZER_MOMENTUM:
      return o->decay != 0.0f ? optimize_all(OPTIMIZER_MOMENTUM, 1, o, g, w, first, second, count)
                              : optimize_all(OPTIMIZER_MOMENTUM, 0, o, g, w, first, second, count);
    default:
      return o->decay != 0.0f ? optimize_all(OPTIMIZER_ADAM, 1, o, g, w, first, second, count)
                              : optimize_all(OPTIMIZER_ADAM, 0, o, g, w, first, second, count);
  }
}
