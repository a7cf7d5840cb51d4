// exp and log as packages/arithmetic/src/exp.ts defines them: the same operations in the same order.
#pragma once
#include "generated.h"
#include "vector.h"

// Vectors that are computed side by side at most.
enum { SIDE_BY_SIDE = 4 };

// p[k] = eˣ for each x[k] ≤ 0 of `count` vectors, step by step side by side, because each waits for the one before; NaN stays NaN.
INLINE void exp_vectors(const int count, const Floats x[], Floats p[]) {
  Floats t[SIDE_BY_SIDE], r[SIDE_BY_SIDE];
  UNROLL for (int k = 0; k < count; k++) {
    const Floats held = choose(x[k] < splat(EXP_LOWEST), splat(EXP_LOWEST), x[k]);
    t[k] = held * splat(LOG2_E) + splat(ROUNDING_MAGIC);
    const Floats n = t[k] - splat(ROUNDING_MAGIC);
    r[k] = held - n * splat(LN2_HIGH);
    r[k] = r[k] - n * splat(LN2_LOW);
    p[k] = splat(EXP_COEFFICIENTS[0]);
  }
  UNROLL for (int i = 1; i < EXP_COUNT; i++)
    UNROLL for (int k = 0; k < count; k++) p[k] = p[k] * r[k] + splat(EXP_COEFFICIENTS[i]);
  UNROLL for (int k = 0; k < count; k++) {
    p[k] = p[k] * (r[k] * r[k]) + (r[k] + splat(1.0f));
    // The low bits of t hold n.
    p[k] = (Floats)((Ints)p[k] + ((Ints)t[k] << 23));
  }
}

INLINE Floats exp_vector(Floats x) {
  Floats p;
  exp_vectors(1, &x, &p);
  return p;
}

// The natural logarithm of a finite x ≥ 1.
INLINE Floats log_vector(Floats x) {
  const Ints i = (Ints)x - splat_int(SQRT_HALF_BITS);
  const Floats n = __builtin_convertvector(i >> 23, Floats);
  const Floats f = (Floats)((i & splat_int(0x007fffff)) + splat_int(SQRT_HALF_BITS)) - splat(1.0f);
  const Floats z = f * f;
  Floats p = splat(LOG_COEFFICIENTS[0]);
  UNROLL for (int k = 1; k < LOG_COUNT; k++) p = p * f + splat(LOG_COEFFICIENTS[k]);
  Floats y = (p * f) * z;
  y = y + n * splat(LN2_LOW);
  y = y - splat(0.5f) * z;
  return (f + y) + n * splat(LN2_HIGH);
}
