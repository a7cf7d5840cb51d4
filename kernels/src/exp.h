// exp and log as packages/arithmetic/src/exp.ts defines them: the same operations in the same order.
#pragma once
#include "generated.h"
#include "vector.h"

// eˣ for x ≤ 0; NaN stays NaN.
INLINE Floats exp_vector(Floats x) {
  const Floats held = choose(x < splat(EXP_LOWEST), splat(EXP_LOWEST), x);
  const Floats t = held * splat(LOG2_E) + splat(ROUNDING_MAGIC);
  const Floats n = t - splat(ROUNDING_MAGIC);
  Floats r = held - n * splat(LN2_HIGH);
  r = r - n * splat(LN2_LOW);
  Floats p = splat(EXP_COEFFICIENTS[0]);
  UNROLL for (int i = 1; i < EXP_COUNT; i++) p = p * r + splat(EXP_COEFFICIENTS[i]);
  p = p * (r * r) + (r + splat(1.0f));
  // The low bits of t hold n.
  return (Floats)((Ints)p + ((Ints)t << 23));
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
